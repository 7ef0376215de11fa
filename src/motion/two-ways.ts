/**
 * Where one picture leaves two readings of a limb, the clip decides: of all ways through time, each taking one of the two in
 * every frame, the one that costs least, by dynamic programming (Viterbi).
 */
export type Way = 0 | 1;

/**
 * @param own cost of reading i in entry n
 * @param move cost of coming from reading i of entry n − 1 to reading j of entry n
 * @returns (entries,) which reading is taken
 */
export function cheapestWay(
  entries: number,
  own: (n: number, i: Way) => number,
  move: (n: number, i: Way, j: Way) => number,
): Way[] {
  if (entries === 0) return [];
  const back: [Way, Way][] = [];
  let cost = [own(0, 0), own(0, 1)];
  for (let n = 1; n < entries; n++) {
    const before = cost;
    const through = (i: Way, j: Way) => before[i] + move(n, i, j);
    const from = ([0, 1] as const).map(j => (through(0, j) <= through(1, j) ? 0 : 1)) as [Way, Way];
    cost = ([0, 1] as const).map(j => through(from[j], j) + own(n, j));
    back.push(from);
  }
  const chosen = new Array<Way>(entries);
  chosen[entries - 1] = cost[0] <= cost[1] ? 0 : 1;
  for (let n = entries - 1; n > 0; n--) chosen[n - 1] = back[n - 1][chosen[n]];
  return chosen;
}

/**
 * Cost of getting so far in so many seconds, in whatever unit: the square of the speed in standard deviations of `speed`, and
 * no more than `most`, since a reading may be wrong before and right now.
 */
export const jumpCost = (distance: number, seconds: number, speed: number, most: number): number =>
  Math.min(most, (distance / (speed * seconds)) ** 2);
