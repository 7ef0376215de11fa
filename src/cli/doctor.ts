/** `understudy doctor`: what this machine has and lacks. Exit code 2 when the main job cannot run. */
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { loadEstimator } from '../../models/estimators/registry.ts';
import { loadConfig, storeAccess } from '../config.ts';
import { openStore } from '../store/open.ts';
import { say } from './say.ts';

interface Check {
  name: string;
  /** Throws with the reason when the thing is missing; returns what was found. */
  look: () => Promise<string>;
}

/** Room for networks (60 MB) and a few hundred clips' stages, bytes. */
const ENOUGH_SPACE = 2 ** 30;

export const doctorCommand = (): Command =>
  new Command('doctor').description('say what this machine has and lacks').action(async () => {
    const config = loadConfig();
    const { cacheDir } = config;
    const checks: Check[] = [
      {
        name: 'node',
        look: async () => {
          const [major, minor] = process.versions.node.split('.').map(Number);
          if (major < 20 || (major === 20 && minor < 20))
            throw new Error(`${process.version}; 20.20 or newer is needed`);
          return process.version;
        },
      },
      {
        name: 'processors',
        look: async () => `${os.availableParallelism()} (${os.cpus()[0]?.model ?? 'unknown'})`,
      },
      { name: 'memory', look: async () => `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB` },
      {
        name: 'cache',
        look: async () => {
          await mkdir(cacheDir, { recursive: true });
          const probe = path.join(cacheDir, `.doctor-${process.pid}`);
          await writeFile(probe, '');
          await rm(probe);
          const { bavail, bsize } = await statfs(cacheDir);
          if (bavail * bsize < ENOUGH_SPACE) throw new Error(`${cacheDir} has less than 1 GiB left`);
          return `${cacheDir}, ${(Number(bavail * bsize) / 2 ** 30).toFixed(0)} GiB free`;
        },
      },
      {
        name: 'store',
        look: async () => {
          const { documents, address } = await openStore(config.store, storeAccess(config));
          const probe = `doctor/${process.pid}-${Date.now()}`;
          await documents.write(probe, {});
          await documents.remove(probe);
          return address;
        },
      },
      {
        name: 'ffmpeg',
        look: async () => (await import('../video/version.ts')).ffmpegVersion(),
      },
      {
        name: 'networks',
        look: async () => {
          const estimator = await loadEstimator('onnx', {
            cacheDir: path.join(cacheDir, 'networks'),
            hand: 'full',
            body: 'full',
          });
          const names = estimator.models.map(({ name }) => name).join(', ');
          await estimator.close();
          return names;
        },
      },
    ];
    for (const { name, look } of checks) {
      try {
        say(`ok      ${name.padEnd(11)} ${await look()}`);
      } catch (error) {
        say(`missing ${name.padEnd(11)} ${(error as Error).message}`);
        process.exitCode = 2;
      }
    }
  });
