/** What takes most from an episode's score, in words. */
import { QUALITY_NAMES, type QualityVector } from '../core/episode.ts';

/** Above this a component shows as 1.00. */
const WHOLE = 0.995;

/** The `count` weakest components, worst first: 'limits 0.41, pace 0.80'; '' where none takes anything. */
export const weakest = (quality: QualityVector, count: number): string =>
  QUALITY_NAMES.flatMap(name => {
    const value = quality[name] ?? 1;
    return value < WHOLE ? [{ name, value }] : [];
  })
    .sort((a, b) => a.value - b.value)
    .slice(0, count)
    .map(({ name, value }) => `${name} ${value.toFixed(2)}`)
    .join(', ');
