/**
 * Typed arrays as .npy files, so that Python opens every artifact: `numpy.load(path)`.
 * Format 1.0, little-endian, C order (numpy.lib.format, NEP 1).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { StoreError } from '../core/errors.ts';
import { storeFault } from '../core/faults.ts';
import { NPY_MAGIC, NPY_TYPES, type NpyArray, type NpyDescr, parseNpyHeader } from '../core/npy.ts';

export type { NpyArray } from '../core/npy.ts';

const MAGIC = Buffer.from(NPY_MAGIC, 'latin1');
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
  const { Type, shape, start } = parseNpyHeader(file, path);
  const length = product(shape);
  if (file.length - start !== length * Type.BYTES_PER_ELEMENT)
    throw new StoreError(
      `${path} is truncated: shape [${shape}] needs ${length * Type.BYTES_PER_ELEMENT} bytes of data, ` +
        `the file has ${file.length - start}`,
    );
  const bytes = file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length);
  return { data: new Type(bytes as ArrayBuffer), shape };
}

function npyHeader(descr: NpyDescr, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const size = Buffer.alloc(2);
  size.writeUInt16LE(length);
  return Buffer.concat([MAGIC, size, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1')]);
}

function descrOf(path: string, array: NpyArray): NpyDescr {
  for (const [descr, Type] of Object.entries(NPY_TYPES))
    if (array.constructor === Type) return descr as NpyDescr;
  if (array instanceof Uint8Array) return '|u1';
  throw new StoreError(
    `${path}: cannot store a ${(array as object).constructor.name}; ` +
      `known: ${Object.values(NPY_TYPES)
        .map(Type => Type.name)
        .join(', ')}`,
  );
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
