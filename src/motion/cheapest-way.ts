/**
 * Where one picture leaves several readings, the clip decides: of all ways through time, each taking one candidate of every
 * entry, the one that costs least, by dynamic programming (Viterbi 1967). Every two candidates of neighbouring entries are
 * weighed once. Of equals the first is taken.
 *
 * @param own (entries, candidates) what it costs to take this one; an entry may have as many as it likes, but one at least
 * @param move cost of coming from candidate i of entry n − 1 to candidate j of entry n
 * @returns (entries,) index of the candidate that is taken
 */
export function cheapestWay(
  own: readonly (readonly number[])[],
  move: (n: number, i: number, j: number) => number,
): number[] {
  if (own.length === 0) return [];
  let costs = own[0];
  const cameFrom: number[][] = [];
  for (let n = 1; n < own.length; n++) {
    const through = own[n].map((_, j) => costs.map((cost, i) => cost + move(n, i, j)));
    const from = through.map(leastOf);
    costs = own[n].map((cost, j) => through[j][from[j]] + cost);
    cameFrom.push(from);
  }
  const backwards = [leastOf(costs)];
  for (const from of cameFrom.reverse()) backwards.push(from[backwards.at(-1)!]);
  return backwards.reverse();
}

/** Index of the first of the least. */
const leastOf = (costs: readonly number[]): number =>
  costs.reduce((best, cost, i) => (cost < costs[best] ? i : best), 0);

/**
 * Cost of getting so far in so many seconds, in whatever unit: the square of the speed in standard deviations of `speed`, and
 * no more than `most`, since a reading may be wrong before and right now.
 */
export const jumpCost = (distance: number, seconds: number, speed: number, most: number): number =>
  Math.min(most, (distance / (speed * seconds)) ** 2);
