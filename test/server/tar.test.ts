/** Archives at the borders of what a ustar header holds, as tar itself reads them. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tarOf } from '../../src/server/tar.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-tar-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The i-th path, of so many characters, in folders of 100. */
const named = (length: number, i: number) =>
  String(i)
    .repeat(length)
    .replace(/.{100}(?=..)/g, hundred => `${hundred.slice(1)}/`);

test('names of all lengths around those that change the header come out as they went in', async () => {
  // With `d/` before them; a pax record of 999 bytes and more needs a digit more for its own length.
  const lengths = [97, 98, 99, 100, 986, 987, 988, 989, 990];
  const names: string[] = [];
  for (const [i, length] of lengths.entries()) {
    const name = named(length, i);
    names.push(name);
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), 'x');
  }
  const { bytes, stream } = await tarOf(folder, 'd');
  const archive = Buffer.concat(await stream.toArray());
  expect(archive.length).toBe(bytes);
  const told = spawnSync('tar', ['-tf', '-'], { input: archive, encoding: 'utf8' });
  expect(told.stderr).toBe('');
  expect(told.stdout.trim().split('\n').sort()).toEqual(names.map(name => `d/${name}`).sort());
});

test('a file of 8 GiB and more has its size in a pax header', async () => {
  const size = 8 ** 11;
  const file = await open(path.join(folder, 'film.mp4'), 'w');
  await file.truncate(size);
  await file.close();
  const { bytes, stream } = await tarOf(folder, 'd');
  expect(bytes).toBe(512 + 512 + 512 + size + 2 * 512);
  let head = Buffer.alloc(0);
  for await (const chunk of stream) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= 3 * 512) break;
  }
  expect(head.subarray(512, 1024).toString().replaceAll('\0', '')).toBe(`19 size=${size}\n`);
});
