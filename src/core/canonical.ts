/** JSON with one spelling per value: sorted keys, no spaces. Equal values hash equally. */
import { StoreError } from './errors.ts';

/**
 * Canonical JSON of plain data. Keys with value undefined are left out, as JSON does. Throws StoreError
 * on what JSON would silently change: NaN, infinities, functions, typed arrays, dates, maps.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return JSON.stringify(value);
    throw new StoreError(`a key cannot hold the number ${value}: expected a finite number`);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
  }
  const kind = typeof value === 'object' ? (value as object).constructor.name : typeof value;
  throw new StoreError(`a key cannot hold a ${kind}: expected plain JSON data`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
