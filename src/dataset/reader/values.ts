/** Columns of an episode as typed arrays. */
import { DatasetError } from '../../core/errors.ts';
import type { DatasetFeature } from './info.ts';

/**
 * (T · width) values, row-major. float32 → Float32Array, float64 → Float64Array, integers → BigInt64Array, bool →
 * Uint8Array, strings → string[].
 */
export type EpisodeColumn = Float32Array | Float64Array | BigInt64Array | Uint8Array | string[];

/** Values per frame. */
export const widthOf = ({ shape }: DatasetFeature): number => shape.reduce((a, b) => a * b, 1);

const INTEGERS = /^u?int(8|16|32|64)$/;

/** `rows` of a parquet column as the feature says; throws DatasetError, naming `where`, when they are not. */
export function columnValues(
  feature: DatasetFeature,
  rows: ArrayLike<unknown>,
  where: string,
): EpisodeColumn {
  const { dtype } = feature;
  const width = widthOf(feature);
  const length = rows.length * width;
  if (dtype === 'string') return Array.from(rows, String);
  // Before memory is taken for all of them: a damaged info.json may ask for any amount.
  const first = rows.length > 0 ? countOf(rows[0]) : width;
  if (first !== width) throw wrongCount(where, 0, first, width);
  if (dtype === 'float32' || dtype === 'float16')
    return fill(new Float32Array(length), rows, width, Number, where);
  if (dtype === 'float64') return fill(new Float64Array(length), rows, width, Number, where);
  if (dtype === 'bool') return fill(new Uint8Array(length), rows, width, Number, where);
  if (INTEGERS.test(dtype)) return fill(new BigInt64Array(length), rows, width, BigInt as never, where);
  throw new DatasetError(`${where}: values of type ${dtype} cannot be read as numbers`);
}

function fill<T extends Float32Array | Float64Array | BigInt64Array | Uint8Array>(
  out: T,
  rows: ArrayLike<unknown>,
  width: number,
  convert: (value: never) => unknown,
  where: string,
): T {
  const array = out as unknown as Record<number, unknown>;
  let at = 0;
  const put = (value: unknown): void => {
    if (isList(value)) for (let i = 0; i < value.length; i++) put(value[i]);
    else if (value === null || value === undefined)
      throw new DatasetError(`${where}: frame ${Math.floor(at / width)} has no value`);
    else array[at++] = convert(value as never);
  };
  for (let t = 0; t < rows.length; t++) {
    put(rows[t]);
    if (at !== (t + 1) * width) throw wrongCount(where, t, at - t * width, width);
  }
  return out;
}

function countOf(value: unknown): number {
  if (!isList(value)) return value === null || value === undefined ? 0 : 1;
  let count = 0;
  for (let i = 0; i < value.length; i++) count += countOf(value[i]);
  return count;
}

const wrongCount = (where: string, frame: number, count: number, width: number) =>
  new DatasetError(`${where}: frame ${frame} has ${count} values, the feature has ${width}`);

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
