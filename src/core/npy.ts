/** What a .npy file says of itself, format 1.0, little-endian, C order (numpy.lib.format, NEP 1); in Node and in a browser. */
import { StoreError } from './errors.ts';

export type NpyArray = Float32Array | Float64Array | Uint8Array | Int32Array | BigInt64Array;

export const NPY_TYPES = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|u1': Uint8Array,
  '<i4': Int32Array,
  '<i8': BigInt64Array,
} as const;
export type NpyDescr = keyof typeof NPY_TYPES;

/** The first eight bytes, as Latin-1 characters. */
export const NPY_MAGIC = '\x93NUMPY\x01\x00';

export interface NpyHeader {
  Type: (typeof NPY_TYPES)[NpyDescr];
  shape: number[];
  /** Where the data starts, bytes. */
  start: number;
}

/** @param name of the file, for the error. Throws StoreError on anything but such a file. */
export function parseNpyHeader(file: Uint8Array, name: string): NpyHeader {
  const latin = (from: number, to: number) => String.fromCharCode(...file.subarray(from, to));
  if (file.length < 10 || latin(0, 8) !== NPY_MAGIC)
    throw new StoreError(`${name} is not a .npy file of format 1.0`);
  const start = 10 + file[8] + 256 * file[9];
  const header = latin(10, start);
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1] ?? '';
  const dims = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  if (!(descr in NPY_TYPES) || dims === undefined || /'fortran_order': *True/.test(header))
    throw new StoreError(
      `${name}: expected C order and one of ${Object.keys(NPY_TYPES).join(', ')}, got ${header.trim()}`,
    );
  const shape = dims
    .split(',')
    .map(dim => dim.trim())
    .filter(dim => dim !== '')
    .map(Number);
  return { Type: NPY_TYPES[descr as NpyDescr], shape, start };
}
