/** Small dense least squares, for Gauss–Newton on a handful of unknowns. */

/** Collects rows J and residuals r of Σ w (J d + r)² and solves for the step d. */
export class LinearSystem {
  private readonly hessian: Float64Array[];
  private readonly right: Float64Array;

  constructor(readonly unknowns: number) {
    this.hessian = Array.from({ length: unknowns }, () => new Float64Array(unknowns));
    this.right = new Float64Array(unknowns);
  }

  add(row: readonly number[], residual: number, weight = 1): void {
    for (let a = 0; a < this.unknowns; a++) {
      this.right[a] -= weight * row[a] * residual;
      for (let b = 0; b < this.unknowns; b++) this.hessian[a][b] += weight * row[a] * row[b];
    }
  }

  /** Variances of the unknowns, (n,): the diagonal of the inverse of Σ w JᵀJ, for rows scaled to unit errors. */
  variances(): number[] {
    const { hessian, unknowns: n } = this;
    return Array.from({ length: n }, (_, i) => {
      const column = new LinearSystem(n);
      hessian.forEach((row, a) => {
        column.hessian[a].set(row);
      });
      column.right[i] = 1;
      return column.solve()[i];
    });
  }

  /** The step, by elimination; call once. The rows must span the unknowns (a prior on each does). */
  solve(): number[] {
    const { hessian: m, right, unknowns: n } = this;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const factor = m[j][i] / m[i][i];
        for (let k = i; k < n; k++) m[j][k] -= factor * m[i][k];
        right[j] -= factor * right[i];
      }
    }
    const x = new Array<number>(n).fill(0);
    for (let i = n - 1; i >= 0; i--) {
      let value = right[i];
      for (let k = i + 1; k < n; k++) value -= m[i][k] * x[k];
      x[i] = value / m[i][i];
    }
    return x;
  }
}
