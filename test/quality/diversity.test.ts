/** What is told of an episode's variety, and of many together. */
import { expect, test } from 'vitest';
import type { EpisodeRecord } from '../../src/core/episode.ts';
import { ABSENT, FILLED, type HumanMotion, SEEN } from '../../src/core/types.ts';
import { graspOf, varietyOf } from '../../src/quality/diversity.ts';
import { diversityOf } from '../../src/server/diversity.ts';

/** A hand of palm length 0.1 m whose fingertips are `reach` palms away; the thumb's tip is `apart` palms from the index's. */
function hand(reach: number, apart: number): Float32Array {
  const points = new Float32Array(63);
  points[3 * 9] = 0.1;
  for (const tip of [8, 12, 16, 20]) points[3 * tip] = 0.1 * reach;
  points.set([0.1 * reach, 0.1 * apart, 0], 3 * 4);
  return points;
}
const OPEN = hand(1.8, 1);
const PINCH = hand(1.5, 0.1);
const FIST = hand(1, 1);

test('a hand is open, pinches, closes or is between', () => {
  expect([OPEN, PINCH, FIST, hand(1.5, 1)].map(graspOf)).toEqual(['open', 'pinch', 'power', 'between']);
});

test('cells and grasps are those of the frames in which a hand is there', () => {
  const side = (frames: readonly Float32Array[], wrists: number[], state: number[]) => ({
    landmarks: Float32Array.from(frames.flatMap(frame => [...frame])),
    wrist: Float32Array.from(wrists),
    state: Uint8Array.from(state),
  });
  const motion = {
    frames: 3,
    hands: {
      left: side(
        [OPEN, PINCH, FIST],
        [0.31, -0.15, 0.11, 0.32, -0.11, 0.19, 9, 9, 9],
        [SEEN, FILLED, ABSENT],
      ),
      right: side([FIST, FIST, FIST], [0.31, -0.15, 0.11, 0, 0, 0, 0, 0, -0.01], [SEEN, SEEN, SEEN]),
    },
  } as unknown as HumanMotion;
  expect(varietyOf(motion)).toEqual({
    cells: ['left 3 -2 1', 'right 0 0 -1', 'right 0 0 0', 'right 3 -2 1'],
    grasps: { open: 1, pinch: 1, power: 3 },
  });
});

test('a corpus counts each cell by the episodes that visit it; rejected and untold ones do not count', () => {
  const record = (cells: string[] | null, view = 'third-person') =>
    ({ view, ...(cells && { variety: { cells, grasps: { open: 2 } } }) }) as EpisodeRecord;
  const rejected = { decision: 'rejected', reason: '', at: '' } as const;
  const told = diversityOf([
    { record: record(['left 1 2 3', 'left 1 2 4']), review: null },
    { record: record(['left 1 2 3']), review: null },
    { record: record(['left 1 2 3'], 'egocentric'), review: null },
    { record: record(['right 0 0 0']), review: rejected },
    { record: record(null), review: null },
  ]);
  expect(told.episodes).toBe(3);
  expect(told.grasps).toEqual({ open: 6 });
  expect(told.wrists).toEqual([
    { view: 'third-person', side: 'left', cell: [1, 2, 3], episodes: 2 },
    { view: 'third-person', side: 'left', cell: [1, 2, 4], episodes: 1 },
    { view: 'egocentric', side: 'left', cell: [1, 2, 3], episodes: 1 },
  ]);
});
