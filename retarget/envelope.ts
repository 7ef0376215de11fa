/**
 * Cholesky factorisation of a symmetric positive definite matrix that is zero far from its diagonal, in place: row i
 * begins at column first[i] (a skyline, or envelope; A. George and J. Liu, 1981). With unknowns in frame order and
 * couplings up to two frames this is the block-banded system of trajectory optimisation: time O(N · band²), memory
 * O(N · band).
 *
 * A[i][j] lies at rows[i · (band + 1) + band − i + j] for first[i] ≤ j ≤ i, with band the largest i − first[i].
 * `first` is the same for the rows 4 k … 4 k + 3, which are worked on together; what lies left of it in the band is zero.
 */

/** A ↦ its lower factor L, with inverse pivots. False when A is not positive definite; `rows` is then undefined. */
export function factor(rows: Float64Array, first: Int32Array, size: number, band: number): boolean {
  for (let i = 0; i < size; i += 4) {
    const four = i + 3 < size;
    const done = four ? fourRows(rows, first, i, band) : first[i];
    const end = four ? i + 4 : size;
    for (let r = i; r < end; r++) if (!oneRow(rows, first, r, band, done)) return false;
  }
  return true;
}

/** Row i from column `from` on; what lies left of it is there already. */
function oneRow(rows: Float64Array, first: Int32Array, i: number, band: number, from: number): boolean {
  const begin = first[i];
  const ri = i * (band + 1) + band - i;
  for (let j = from; j < i; j++) {
    const rj = j * (band + 1) + band - j;
    let value = rows[ri + j];
    for (let k = Math.max(begin, first[j]); k < j; k++) value -= rows[ri + k] * rows[rj + k];
    rows[ri + j] = value * rows[rj + j];
  }
  let d = rows[ri + i];
  for (let k = begin; k < i; k++) d -= rows[ri + k] * rows[ri + k];
  if (!(d > 0)) return false;
  // The inverse of the pivot: a multiplication is cheaper than a division in every later row.
  rows[ri + i] = 1 / Math.sqrt(d);
  return true;
}

/**
 * The rows i … i + 3 left of column i, two columns at a time: six numbers read for eight products, where row by row it
 * would be sixteen. Returns the first column that is still to be done.
 */
function fourRows(rows: Float64Array, first: Int32Array, i: number, band: number): number {
  const begin = first[i];
  const a = i * (band + 1) + band - i;
  const b = a + band;
  const c = b + band;
  const d = c + band;
  let j = begin;
  for (; j + 1 < i; j += 2) {
    const p = j * (band + 1) + band - j;
    const q = p + band;
    let a0 = rows[a + j];
    let b0 = rows[b + j];
    let c0 = rows[c + j];
    let d0 = rows[d + j];
    let a1 = rows[a + j + 1];
    let b1 = rows[b + j + 1];
    let c1 = rows[c + j + 1];
    let d1 = rows[d + j + 1];
    for (let k = Math.max(begin, Math.min(first[j], first[j + 1])); k < j; k++) {
      const x = rows[p + k];
      const y = rows[q + k];
      const u = rows[a + k];
      const v = rows[b + k];
      const w = rows[c + k];
      const z = rows[d + k];
      a0 -= u * x;
      a1 -= u * y;
      b0 -= v * x;
      b1 -= v * y;
      c0 -= w * x;
      c1 -= w * y;
      d0 -= z * x;
      d1 -= z * y;
    }
    const pivot = rows[p + j];
    const across = rows[q + j];
    const second = rows[q + j + 1];
    a0 *= pivot;
    b0 *= pivot;
    c0 *= pivot;
    d0 *= pivot;
    rows[a + j] = a0;
    rows[b + j] = b0;
    rows[c + j] = c0;
    rows[d + j] = d0;
    rows[a + j + 1] = (a1 - a0 * across) * second;
    rows[b + j + 1] = (b1 - b0 * across) * second;
    rows[c + j + 1] = (c1 - c0 * across) * second;
    rows[d + j + 1] = (d1 - d0 * across) * second;
  }
  return j;
}

/** Solves L Lᵀ x = b in place, with the factor of `factor`. */
export function solveFactored(
  rows: Float64Array,
  first: Int32Array,
  size: number,
  band: number,
  b: Float64Array,
): void {
  for (let i = 0; i < size; i++) {
    const ri = i * (band + 1) + band - i;
    let s = b[i];
    for (let k = first[i]; k < i; k++) s -= rows[ri + k] * b[k];
    b[i] = s * rows[ri + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const ri = i * (band + 1) + band - i;
    const x = b[i] * rows[ri + i];
    b[i] = x;
    for (let k = first[i]; k < i; k++) b[k] -= rows[ri + k] * x;
  }
}
