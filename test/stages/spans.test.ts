import { expect, test } from 'vitest';
import type { SourceItem } from '../../src/sources/item.ts';
import { goesOn, spansOf } from '../../src/stages/spans.ts';
import type { MediaInfo } from '../../src/video/probe.ts';

const spans = (durationS: number, item: Partial<SourceItem> = {}) =>
  spansOf({ item: { address: 'a.mp4', ...item }, info: { durationS } as MediaInfo });

test('a short video is one span, to its end whatever its header says', () => {
  expect(spans(8)).toEqual([{ startS: 0, endS: null }]);
  expect(spans(150)).toEqual([{ startS: 0, endS: null }]);
});

test('what an item asks for is kept', () => {
  expect(spans(300, { startS: 10, endS: 20 })).toEqual([{ startS: 10, endS: 20 }]);
  expect(spans(300, { startS: 200 })).toEqual([{ startS: 200, endS: null }]);
});

test('spans of a long video follow each other without gap or overlap, none of them long or tiny', () => {
  for (const durationS of [151, 240, 1800, 7333.3]) {
    const all = spans(durationS, { startS: 5 });
    expect(all[0].startS).toBe(5);
    expect(all.at(-1)!.endS).toBe(null);
    all.forEach(({ startS, endS }, i) => {
      if (i > 0) expect(startS).toBe(all[i - 1].endS);
      const lengthS = (endS ?? durationS) - startS;
      expect(lengthS).toBeLessThanOrEqual(150);
      if (all.length > 1) expect(lengthS).toBeGreaterThanOrEqual(30);
    });
  }
});

test('a video goes on around all its spans but before the first and after the last', () => {
  const all = spans(350);
  expect(all.map(span => goesOn(all, span))).toEqual([
    { before: false, after: true },
    { before: true, after: true },
    { before: true, after: false },
  ]);
});

test('an end beyond the end of the video makes no spans behind it', () => {
  expect(spans(100, { endS: 4000 })).toEqual([{ startS: 0, endS: 4000 }]);
});
