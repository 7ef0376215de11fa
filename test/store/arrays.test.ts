import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { type NpyArray, readNpy, writeNpy } from '../../src/store/arrays.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-npy-'));
});
afterAll(() => rm(dir, { recursive: true }));

const arrays: [string, NpyArray, number[]][] = [
  ['float32', Float32Array.of(1.5, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e-40, 3), [2, 3]],
  ['float64', Float64Array.of(Math.PI, Number.MIN_VALUE), [2]],
  ['uint8', Uint8Array.of(0, 255, 7, 9), [1, 2, 2]],
  ['int32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1), [2, 1]],
  ['int64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n), [2]],
  ['empty', new Float32Array(0), [0, 3]],
];

test.each(arrays)('%s arrays come back bit for bit with type and shape', async (name, array, shape) => {
  const file = path.join(dir, `${name}.npy`);
  await writeNpy(file, array, shape);
  const back = await readNpy(file);
  expect(back.shape).toEqual(shape);
  expect(back.data.constructor).toBe(array.constructor);
  expect(new Uint8Array(back.data.buffer)).toEqual(new Uint8Array(array.buffer.slice(0)));
});

test('a view into a larger buffer writes only its own values', async () => {
  const file = path.join(dir, 'view.npy');
  await writeNpy(file, Float32Array.of(1, 2, 3, 4).subarray(1, 3));
  expect([...(await readNpy(file)).data]).toEqual([2, 3]);
});

test('the header is the one that numpy writes, with data at a multiple of 64', async () => {
  const file = path.join(dir, 'header.npy');
  await writeNpy(file, new Float32Array(6), [2, 3]);
  const bytes = await readFile(file);
  expect(bytes.toString('latin1', 0, 8)).toBe('\x93NUMPY\x01\x00');
  expect((10 + bytes.readUInt16LE(8)) % 64).toBe(0);
  expect(bytes.toString('latin1', 10, 128)).toBe(
    `${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`,
  );
});

test('a truncated file, another file and a wrong shape are StoreErrors', async () => {
  const file = path.join(dir, 'bad.npy');
  await writeNpy(file, new Float32Array(6));
  await truncate(file, 140);
  await expect(readNpy(file)).rejects.toThrow(/truncated/);
  await writeFile(file, 'hello world');
  await expect(readNpy(file)).rejects.toThrow(/not a \.npy file/);
  await expect(readNpy(path.join(dir, 'none.npy'))).rejects.toThrow(StoreError);
  await expect(writeNpy(file, new Float32Array(6), [4])).rejects.toThrow(/needs 4 values/);
});
