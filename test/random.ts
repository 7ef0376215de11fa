/** Random numbers that are the same in every run: mulberry32 (T. Ettinger), and normals by Box and Muller. */
export interface Random {
  /** [0, 1). */
  uniform(): number;
  normal(): number;
  /** low … high − 1. */
  integer(low: number, high: number): number;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: (low, high) => low + Math.floor(uniform() * (high - low)),
  };
}

export const random = (seed: number): Random['uniform'] => randomFrom(seed).uniform;
export const normals = (seed: number): Random['normal'] => randomFrom(seed).normal;
