/** The API alone, in a process of its own, and what it uses. */
import path from 'node:path';
import { start } from '../../test/cli/understudy.ts';

export interface Usage {
  /** Processor time, s. */
  cpuS: number;
  /** Resident memory, MB. */
  memoryMb: number;
}

export interface RunningServer {
  address: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/**
 * Started with no workers.
 * @param queue address, '' for the embedded one
 * @throws Error with what it said when it ended before it listened
 */
export async function startServer(storeFolder: string, queue: string): Promise<RunningServer> {
  let started = null as ReturnType<typeof start> | null;
  const address = await new Promise<string>((resolve, reject) => {
    const words = ['serve', '--port', '0', '--workers', '0', '--log', 'warn', '--rate', '10000000'];
    const env = {
      UNDERSTUDY_QUEUE: queue,
      XDG_CONFIG_HOME: storeFolder,
      UNDERSTUDY_CACHE: path.join(storeFolder, 'cache'),
    };
    started = start([...words, '--store', storeFolder], env, line =>
      resolve(/listens at (\S+)/.exec(line)?.[1] ?? ''),
    );
    started.done.then(({ stderr }) => reject(new Error(stderr)));
  });
  return {
    address,
    async usage() {
      const text = await (await fetch(`${address}/metrics`)).text();
      const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
      return {
        cpuS: read('understudy_process_cpu_seconds_total'),
        memoryMb: read('understudy_process_resident_memory_bytes') / 1e6,
      };
    },
    async stop() {
      started!.kill('SIGTERM');
      await started!.done;
    },
  };
}
