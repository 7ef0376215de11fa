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
  const fours = size - (size % 4);
  for (let i = 0; i < fours; i += 4) {
    fourRows(rows, first, i, band);
    if (!corner(rows, first[i], i, band)) return false;
  }
  for (let i = fours; i < size; i++) if (!oneRow(rows, first, i, band)) return false;
  return true;
}

function oneRow(rows: Float64Array, first: Int32Array, i: number, band: number): boolean {
  const begin = first[i];
  const ri = i * (band + 1) + band - i;
  for (let j = begin; j < i; j++) solveColumn(rows, ri, begin, first, j, band);
  let d = rows[ri + i];
  for (let k = begin; k < i; k++) d -= rows[ri + k] * rows[ri + k];
  // The inverse of the pivot: a multiplication is cheaper than a division in every later row.
  rows[ri + i] = 1 / Math.sqrt(d);
  return d > 0;
}

/** Column j of the row that lies at ri and begins at column `begin`, after the columns before it. */
function solveColumn(
  rows: Float64Array,
  ri: number,
  begin: number,
  first: Int32Array,
  j: number,
  band: number,
): void {
  const rj = j * (band + 1) + band - j;
  let value = rows[ri + j];
  for (let k = Math.max(begin, first[j]); k < j; k++) value -= rows[ri + k] * rows[rj + k];
  rows[ri + j] = value * rows[rj + j];
}

/**
 * The rows i … i + 3 left of column i, two columns at a time: six numbers read for eight products, where row by row it
 * would be sixteen.
 */
function fourRows(rows: Float64Array, first: Int32Array, i: number, band: number): void {
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
  if (j < i) for (let row = a; row <= d; row += band) solveColumn(rows, row, begin, first, j, band);
}

/** The rows i … i + 3 from column i on, after what lies left of it: ten numbers, each product of two read once. False as `factor`. */
function corner(rows: Float64Array, begin: number, i: number, band: number): boolean {
  const a = i * (band + 1) + band - i;
  const b = a + band;
  const c = b + band;
  const d = c + band;
  let aa = rows[a + i];
  let ba = rows[b + i];
  let bb = rows[b + i + 1];
  let ca = rows[c + i];
  let cb = rows[c + i + 1];
  let cc = rows[c + i + 2];
  let da = rows[d + i];
  let db = rows[d + i + 1];
  let dc = rows[d + i + 2];
  let dd = rows[d + i + 3];
  for (let k = begin; k < i; k++) {
    const u = rows[a + k];
    const v = rows[b + k];
    const w = rows[c + k];
    const z = rows[d + k];
    aa -= u * u;
    ba -= v * u;
    bb -= v * v;
    ca -= w * u;
    cb -= w * v;
    cc -= w * w;
    da -= z * u;
    db -= z * v;
    dc -= z * w;
    dd -= z * z;
  }
  const pa = 1 / Math.sqrt(aa);
  ba *= pa;
  ca *= pa;
  da *= pa;
  const pb = 1 / Math.sqrt(bb - ba * ba);
  cb = (cb - ca * ba) * pb;
  db = (db - da * ba) * pb;
  const pc = 1 / Math.sqrt(cc - ca * ca - cb * cb);
  dc = (dc - da * ca - db * cb) * pc;
  const pd = 1 / Math.sqrt(dd - da * da - db * db - dc * dc);
  rows[a + i] = pa;
  rows[b + i] = ba;
  rows[b + i + 1] = pb;
  rows[c + i] = ca;
  rows[c + i + 1] = cb;
  rows[c + i + 2] = pc;
  rows[d + i] = da;
  rows[d + i + 1] = db;
  rows[d + i + 2] = dc;
  rows[d + i + 3] = pd;
  // A pivot that is not above zero makes the last one no finite number.
  return pd > 0 && pd < Infinity;
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
