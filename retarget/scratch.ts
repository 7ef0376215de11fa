/**
 * The large arrays of a solve, handed on to the next one: a thread does one at a time. Taken anew they are 20 MB for 600 frames of
 * 30 joints, and clearing and collecting them made that solve a third slower (bench/retarget, Shadow's points).
 */
const kept = new Map<string, Float64Array>();

/** An array of at least that length, with whatever is in it. It is the caller's until the name is asked for again. */
export function scratch(name: string, length: number): Float64Array {
  const before = kept.get(name);
  if (before && before.length >= length) return before;
  const array = new Float64Array(length);
  kept.set(name, array);
  return array;
}
