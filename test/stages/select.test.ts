import { expect, test } from 'vitest';
import { selectEpisodes } from '../../src/stages/select.ts';
import { recordOf } from '../store/records.ts';

const SAME = { sourceSha256: 'c'.repeat(64), task: 'pour' };
const select = (...records: ReturnType<typeof recordOf>[]) => {
  const { records: chosen, left } = selectEpisodes(
    records.map(record => ({ record, review: null })),
    () => true,
    [],
  );
  return { ids: chosen.map(({ id }) => id).sort(), left: left.length };
};
const idsOf = (...records: ReturnType<typeof recordOf>[]) => records.map(({ id }) => id).sort();

test('neighbours that overlap by less than a frame of the slower grid are two episodes, by more they are one', () => {
  const first = recordOf(1, { ...SAME, startS: 0, endS: 2 });
  const touching = recordOf(2, { ...SAME, startS: 2 - 0.5 / 10, endS: 4, fps: 10 });
  const overlapping = recordOf(3, { ...SAME, startS: 2 - 2 / 10, endS: 4, fps: 10, score: 0.1 });
  expect(select(first, touching)).toEqual({ ids: idsOf(first, touching), left: 0 });
  expect(select(first, overlapping)).toEqual({ ids: idsOf(first), left: 1 });
});

test('of two that are equally good the one with a preview is kept, whatever their ids', () => {
  for (const [seen, plain] of [
    [1, 2],
    [2, 1],
  ]) {
    const kept = recordOf(seen, { ...SAME, startS: 0, endS: 2, preview: true });
    expect(select(kept, recordOf(plain, { ...SAME, startS: 0, endS: 2 })).ids).toEqual([kept.id]);
  }
});

test('the same seconds with another task, or for another robot, are another episode', () => {
  const span = { startS: 0, endS: 2 };
  const pour = recordOf(1, { ...SAME, ...span });
  const stir = recordOf(2, { ...SAME, ...span, task: 'stir' });
  const other = recordOf(3, { ...SAME, ...span, robot: 'h1-2-inspire' });
  expect(select(pour, stir, other)).toEqual({ ids: idsOf(pour, stir, other), left: 0 });
});
