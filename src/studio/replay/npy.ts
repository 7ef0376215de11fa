/** Arrays of .npy files, as the store writes them. */
import { StoreError } from '../../core/errors.ts';
import { type NpyArray, parseNpyHeader } from '../../core/npy.ts';

/** @param name for the error. Throws StoreError on anything but such a file. */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const { Type, shape, start } = parseNpyHeader(bytes, name);
  const length = shape.reduce((product, size) => product * size, 1);
  if (bytes.length - start !== length * Type.BYTES_PER_ELEMENT)
    throw new StoreError(`${name} is truncated: ${length} values expected`);
  return new Type(bytes.slice(start).buffer);
}
