/** The chance that a sound episode has the higher score than a faulty one; a tie is half (Mann and Whitney 1947). */
export function auroc(sound: readonly number[], faulty: readonly number[]): number {
  let wins = 0;
  for (const a of sound) for (const b of faulty) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (sound.length * faulty.length);
}
