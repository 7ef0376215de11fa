/**
 * Cholesky factorisation of a symmetric positive definite matrix with a narrow band, in place.
 * Row i stores A[i][i − band … i] at rows[i · (band + 1) …]; time O(N · band²), memory O(N · band).
 * With unknowns in frame order and couplings up to two frames, band = 2 n is the block-banded system
 * of trajectory optimisation.
 */

/** A ↦ its lower factor L. False when A is not positive definite; `rows` is then undefined. */
export function factorBanded(rows: Float64Array, size: number, band: number): boolean {
  const stride = band + 1;
  for (let i = 0; i < size; i++) {
    const ri = i * stride + band - i;
    const first = i > band ? i - band : 0;
    for (let j = first; j < i; j++) {
      const rj = j * stride + band - j;
      const start = j - band > first ? j - band : first;
      rows[ri + j] = (rows[ri + j] - dotRange(rows, ri, rj, start, j)) * rows[rj + j];
    }
    const d = rows[ri + i] - dotRange(rows, ri, ri, first, i);
    if (!(d > 0)) return false;
    // The inverse of the pivot: a multiplication is cheaper than a division in every later row.
    rows[ri + i] = 1 / Math.sqrt(d);
  }
  return true;
}

/** Σ rows[a + k] · rows[b + k] over start ≤ k < end, in four independent sums: an addition need not await the last. */
function dotRange(rows: Float64Array, a: number, b: number, start: number, end: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = start;
  for (; k + 3 < end; k += 4) {
    s0 += rows[a + k] * rows[b + k];
    s1 += rows[a + k + 1] * rows[b + k + 1];
    s2 += rows[a + k + 2] * rows[b + k + 2];
    s3 += rows[a + k + 3] * rows[b + k + 3];
  }
  for (; k < end; k++) s0 += rows[a + k] * rows[b + k];
  return s0 + s1 + (s2 + s3);
}

/** Solves L Lᵀ x = b in place, with the factor of `factorBanded`. */
export function solveBanded(rows: Float64Array, size: number, band: number, b: Float64Array): void {
  const stride = band + 1;
  for (let i = 0; i < size; i++) {
    const ri = i * stride + band - i;
    let s = b[i];
    for (let k = i > band ? i - band : 0; k < i; k++) s -= rows[ri + k] * b[k];
    b[i] = s * rows[ri + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const ri = i * stride + band - i;
    const x = b[i] * rows[ri + i];
    b[i] = x;
    for (let k = i > band ? i - band : 0; k < i; k++) b[k] -= rows[ri + k] * x;
  }
}
