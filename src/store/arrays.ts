/**
 * Typed arrays as .npy files, so that Python opens every artifact: `numpy.load(path)`.
 * Format 1.0, little-endian, C order (numpy.lib.format, NEP 1).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { StoreError } from '../core/errors.ts';
import { storeFault } from '../core/faults.ts';

export type NpyArray = Float32Array | Float64Array | Uint8Array | Int32Array | BigInt64Array;

const TYPES = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|u1': Uint8Array,
  '<i4': Int32Array,
  '<i8': BigInt64Array,
} as const;
type Descr = keyof typeof TYPES;

const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
/** The data starts at a multiple of this, bytes (NEP 1; 64 since numpy 1.14). */
const ALIGNMENT = 64;

/** Write `array` with `shape` (row-major; one dimension when omitted). Throws StoreError. */
export async function writeNpy(path: string, array: NpyArray, shape: readonly number[] = [array.length]) {
  if (product(shape) !== array.length)
    throw new StoreError(
      `${path}: shape [${shape}] needs ${product(shape)} values, the array has ${array.length}`,
    );
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  try {
    await writeFile(path, [npyHeader(descrOf(path, array), shape), bytes]);
  } catch (error) {
    throw storeFault(path, error);
  }
}

/** Read a .npy file that `writeNpy` or numpy wrote. Throws StoreError on anything else. */
export async function readNpy(path: string): Promise<{ data: NpyArray; shape: number[] }> {
  const file = await readFile(path).catch(error => {
    throw storeFault(path, error);
  });
  if (file.length < 10 || !file.subarray(0, 8).equals(MAGIC))
    throw new StoreError(`${path} is not a .npy file of format 1.0`);
  const start = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, start);
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1] ?? '';
  const dims = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  if (!(descr in TYPES) || dims === undefined || /'fortran_order': *True/.test(header))
    throw new StoreError(
      `${path}: expected C order and one of ${Object.keys(TYPES).join(', ')}, got ${header.trim()}`,
    );

  const shape = dims
    .split(',')
    .map(dim => dim.trim())
    .filter(dim => dim !== '')
    .map(Number);
  const Type = TYPES[descr as Descr];
  const length = product(shape);
  if (file.length - start !== length * Type.BYTES_PER_ELEMENT)
    throw new StoreError(
      `${path} is truncated: shape [${shape}] needs ${length * Type.BYTES_PER_ELEMENT} bytes of data, ` +
        `the file has ${file.length - start}`,
    );
  const bytes = file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length);
  return { data: new Type(bytes as ArrayBuffer), shape };
}

function npyHeader(descr: Descr, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const size = Buffer.alloc(2);
  size.writeUInt16LE(length);
  return Buffer.concat([MAGIC, size, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1')]);
}

function descrOf(path: string, array: NpyArray): Descr {
  for (const [descr, Type] of Object.entries(TYPES)) if (array.constructor === Type) return descr as Descr;
  if (array instanceof Uint8Array) return '|u1';
  throw new StoreError(
    `${path}: cannot store a ${(array as object).constructor.name}; ` +
      `known: ${Object.values(TYPES)
        .map(Type => Type.name)
        .join(', ')}`,
  );
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
