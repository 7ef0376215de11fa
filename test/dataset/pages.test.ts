/** Columns of a row group of any size are read by their pages: the same values, in bounded memory, each page once. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { featureColumn, featureType, recordBatch, schemaOf } from '../../src/dataset/lerobot/arrow.ts';
import type { Feature } from '../../src/dataset/lerobot/features.ts';
import { writeParquetFile } from '../../src/dataset/lerobot/parquet.ts';
import type { DatasetFiles } from '../../src/dataset/reader/files.ts';
import { folderFiles } from '../../src/dataset/reader/folder.ts';
import { openTable } from '../../src/dataset/reader/parquet.ts';
import { random } from '../random.ts';
import { temporary } from '../temporary.ts';

/**
 * Written by pyarrow 26, 10 values to a page, so that rows go on from one page to the next; 160 rows in two row groups, with numbers that
 * are missing, texts, lists that are empty or missing, lists of lists, and a struct.
 */
const ACROSS_PAGES = 'rows-across-pages.parquet';
const files = folderFiles(path.dirname(new URL(import.meta.url).pathname));

const dir = temporary();

/** What each slice of a file had, bytes. */
function counting(from: DatasetFiles): { files: DatasetFiles; slices: number[] } {
  const slices: number[] = [];
  const open: DatasetFiles['open'] = async name => {
    const file = await from.open(name);
    const slice = async (start: number, end?: number) => {
      const bytes = await file.slice(start, end);
      slices.push(bytes.byteLength);
      return bytes;
    };
    return { byteLength: file.byteLength, slice };
  };
  return { files: { ...from, open }, slices };
}

test('any rows, in any order, are those that the whole file has', async () => {
  const table = await openTable(files, ACROSS_PAGES);
  const whole = await table.read(table.columns);
  expect(table.columns).toEqual(['index', 'sparse', 'text', 'list', 'nested', 'texts', 'struct']);
  expect([whole.length, whole[73]]).toEqual([
    160,
    {
      index: 73n,
      sparse: 73 / 8,
      text: 'text 3',
      list: [73],
      nested: [[73n, 74n]],
      texts: ['3'],
      struct: { x: 73n, y: false },
    },
  ]);
  const forth = Array.from({ length: 16 }, (_, k) => [10 * k, 10 * k + 10]);
  const ranges = [...forth, ...forth.toReversed(), [0, 160], [95, 105], [159, 160], [3, 4], [3, 4], [7, 7]];
  for (const name of table.columns)
    for (const [start, end] of ranges)
      expect(Array.from(await table.column(name, start, end))).toEqual(
        whole.slice(start, end).map(row => row[name]),
      );
});

test('calls that overlap do not mix', async () => {
  const table = await openTable(files, ACROSS_PAGES);
  const ranges = [150, 20, 90, 20, 0].map(start => [start, start + 10]);
  const read = await Promise.all(ranges.map(([start, end]) => table.column('list', start, end)));
  const whole = await table.column('list', 0, 160);
  expect(read).toEqual(ranges.map(([start, end]) => Array.from(whole).slice(start, end)));
});

test('a row group of 18 MiB is read in parts of 2 MiB, each once, and of one episode no more than its part', async () => {
  const ROWS = 80_000;
  const LENGTH = 500;
  const feature: Feature = { name: 'state', dtype: 'float32', width: 56, names: null };
  const values = Float32Array.from({ length: ROWS * feature.width }, random(1));
  await writeParquetFile(
    path.join(dir, 'big.parquet'),
    recordBatch(schemaOf([[feature.name, featureType(feature)]]), ROWS, [featureColumn(feature, values)]),
    {},
  );
  const { files: counted, slices } = counting(folderFiles(dir));
  const table = await openTable(counted, 'big.parquet');
  const { byteLength } = await counted.open('big.parquet');
  expect(byteLength).toBeGreaterThan(17 * 2 ** 20);

  slices.length = 0;
  await table.column(feature.name, 0, LENGTH);
  expect(slices).toEqual([2 ** 21]);
  for (let start = LENGTH; start < ROWS; start += LENGTH) {
    const rows = await table.column(feature.name, start, start + LENGTH);
    expect(rows).toHaveLength(LENGTH);
    expect(Array.from(rows[LENGTH - 1] as number[])).toEqual(
      Array.from(values.subarray((start + LENGTH - 1) * feature.width, (start + LENGTH) * feature.width)),
    );
  }
  expect(Math.max(...slices)).toBeLessThanOrEqual(2 ** 21);
  // A page that a part ends in is fetched again with the next.
  expect(slices.reduce((a, b) => a + b)).toBeLessThan(2 * byteLength);

  slices.length = 0;
  await table.column(feature.name, ROWS / 2, ROWS / 2 + LENGTH);
  expect(slices.reduce((a, b) => a + b)).toBeLessThanOrEqual(2 ** 22);
});
