/** The behaviour-cloning example learns what can be learned: reaching, told by a task, from starts that it never saw. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLeRobotWriter } from '../../src/dataset/lerobot/writer.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const example = path.join(root, 'examples/behaviour-cloning');
const missing = !existsSync(path.join(example, 'node_modules/@tensorflow/tfjs'));
const run = promisify(execFile);

const [EPISODES, FRAMES, JOINTS, FPS] = [30, 60, 6, 30];
const TASKS = ['reach high', 'reach low', 'reach aside'];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-cloning-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Minimum-jerk reaches (Flash and Hogan 1985) from anywhere to the task's goal. */
async function writeReaches(folder: string): Promise<void> {
  const names = Array.from({ length: JOINTS }, (_, j) => `joint_${j}`);
  const features = ['observation.state', 'action'].map(
    name => ({ name, dtype: 'float32', width: JOINTS, names }) as const,
  );
  const writer = createLeRobotWriter(folder, { fps: FPS, robotType: 'test', features, video: null });
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let e = 0; e < EPISODES; e++) {
    const task = e % TASKS.length;
    const start = names.map(() => 2 * random() - 1);
    const at = (t: number, j: number) => {
      const s = Math.min(1, t / (FRAMES - 1));
      return start[j] + (Math.cos(2 * task + j) - start[j]) * s ** 3 * (10 - 15 * s + 6 * s * s);
    };
    const rows = (shift: number) =>
      Float32Array.from({ length: FRAMES * JOINTS }, (_, i) =>
        at(Math.floor(i / JOINTS) + shift, i % JOINTS),
      );
    await writer.addEpisode({
      columns: { 'observation.state': rows(0), action: rows(1) },
      task: TASKS[task],
      video: null,
      extra: {},
    });
  }
  await writer.finish();
}

if (process.env.UNDERSTUDY_REQUIRE_ALL === '1')
  test('the example’s packages are installed', () => {
    expect(missing).toBe(false);
  });

test.skipIf(missing)(
  'the loss falls on held-out episodes, far below that of staying where one is',
  async () => {
    await run(process.execPath, [path.join(root, 'scripts/setup.mjs')]);
    await writeReaches(path.join(dir, 'reaches'));
    const { stdout } = await run(
      process.execPath,
      [path.join(example, 'train.mjs'), path.join(dir, 'reaches'), '--epochs', '12'],
      { cwd: example },
    );
    expect(stdout).toContain(`${EPISODES} episodes, ${JOINTS} joints, `);
    const heldOut = [...stdout.matchAll(/^(?:stay|epoch).*held-out loss (\S+)$/gm)].map(match =>
      Number(match[1]),
    );
    const [stay, untrained, ...epochs] = heldOut;
    expect(epochs).toHaveLength(12);
    expect(epochs[0]).toBeLessThan(untrained);
    expect(epochs[11]).toBeLessThan(0.3 * epochs[0]);
    expect(epochs[11]).toBeLessThan(0.2 * stay);
  },
  120_000,
);
