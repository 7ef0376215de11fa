import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { readFrames } from '../../src/stages/read.ts';
import { SAMPLE } from '../cli/understudy.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'understudy-read-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an engine that could not be loaded is loaded by the next job', async () => {
  const cacheDir = path.join(folder, 'networks');
  const engine = { estimator: 'onnx', handModel: 'lite', bodyModel: 'lite', cacheDir } as const;
  const span = { path: SAMPLE, fps: 10, width: 320, start: 0, end: 1, warmUp: 0 };
  const read = () => readFrames({ ...engine, ...span }, () => undefined);
  writeFileSync(cacheDir, 'no folder');
  await expect(read()).rejects.toMatchObject({ tag: 'StoreError' });
  rmSync(cacheDir);
  symlinkSync(path.join(loadConfig().cacheDir, 'networks'), cacheDir);
  expect((await read()).readings).toHaveLength(1);
});
