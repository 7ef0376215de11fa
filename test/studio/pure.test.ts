/** The parts of the studio that need no browser. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compositionOf } from '../../src/studio/dataset/composition.ts';
import { pickedDataset } from '../../src/studio/dataset/picked.ts';
import { placeOf } from '../../src/studio/dataset/place.ts';
import { filmClock, frameAt } from '../../src/studio/replay/clock.ts';
import { parseNpy } from '../../src/studio/replay/npy.ts';
import { hashOf, routeOf } from '../../src/studio/shell/router.ts';
import { listTypeOf } from '../../src/studio/submit/list.ts';
import { StageRate } from '../../src/studio/watch/rate.ts';
import { knownRecord } from './shard.ts';

describe('the clock', () => {
  test('a picture belongs to its own frame, whatever a container’s time base rounds', () => {
    for (const fps of [24, 29.97, 30, 50]) {
      for (let frame = 0; frame < 500; frame += 7) {
        for (const rounding of [-1e-4, 0, 1e-4])
          expect(frameAt(frame / fps + rounding, fps, 500)).toBe(frame);
      }
    }
    expect([frameAt(-1, 30, 10), frameAt(99, 30, 10)]).toEqual([0, 9]);
  });
});

describe('a film that goes on with the next episode', () => {
  const SPAN = { fps: 30, frames: 10, startS: 2 };
  /** As much of a video element as the clock asks for; `present` is the browser showing a picture. */
  class Film extends EventTarget {
    [name: string]: unknown;
    paused = false;
    ended = false;
    seeking = false;
    currentTime = SPAN.startS;
    #asked: ((now: number, told: { mediaTime: number }) => void) | null = null;
    pause() {
      this.paused = true;
    }
    requestVideoFrameCallback(asked: (now: number, told: { mediaTime: number }) => void) {
      this.#asked = asked;
      return 1;
    }
    cancelVideoFrameCallback() {}
    present(frame: number) {
      this.#asked!(0, { mediaTime: SPAN.startS + frame / SPAN.fps });
    }
  }
  const play = (loop: boolean) => {
    const film = new Film();
    const shown: number[] = [];
    const clock = filmClock(
      film as never,
      SPAN,
      frame => shown.push(frame),
      () => undefined,
    );
    clock.loop = loop;
    for (const frame of [8, 9, 10]) film.present(frame);
    const at = Math.floor((film.currentTime - SPAN.startS) * SPAN.fps);
    clock.close();
    return { shown, at, paused: film.paused };
  };

  test('ends on its own last picture', () => {
    expect(play(false)).toMatchObject({ shown: [8, 9], at: 9, paused: true });
  });
  test('begins anew without showing the next', () => {
    expect(play(true)).toMatchObject({ shown: [8, 9], at: 0 });
  });
});

describe('addresses of the page', () => {
  test('what is written is read back, hostile or not', () => {
    for (const part of ['a/b', '?x=1', '#', 'é ☕', '%2F', '..'])
      expect(routeOf(hashOf(['episodes', part], { where: part })).parts[1]).toBe(part);
    expect(routeOf(hashOf(['browse'], { where: "a = 'b' & c", empty: '' })).query.get('where')).toBe(
      "a = 'b' & c",
    );
    expect(routeOf('#/episodes/%E0%A4%A').parts).toEqual(['episodes', '%E0%A4%A']);
  });
});

test.each([
  ['https://a/b.mp4\nhttps://a/c.mp4', '', 'text/plain'],
  ['url,task\nhttps://a/b.mp4,x', '', 'text/csv'],
  ['task,"url"\nx,https://a/b.mp4', '', 'text/csv'],
  ['{"url":"https://a/b.mp4"}', '', 'application/x-ndjson'],
  ['https://a/b.mp4,x', '', 'text/plain'],
  ['anything', 'list.CSV', 'text/csv'],
])('the list %j of the file %j is read as %s of %s', (text, file, type) => {
  expect(listTypeOf(text, file)).toBe(type);
});

describe('npy', () => {
  const npy = (header: string, data: number[]) => {
    const text = `${header.padEnd(117)}\n`;
    return Uint8Array.from([
      0x93,
      ...Buffer.from('NUMPY'),
      1,
      0,
      text.length,
      0,
      ...Buffer.from(text),
      ...data,
    ]);
  };
  test('is read as its type says', () => {
    const bytes = npy(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
      [0, 0, 128, 63, 0, 0, 0, 192],
    );
    expect([...parseNpy(bytes, 'a')]).toEqual([1, -2]);
  });
  test('is refused when it is cut short or of another layout', () => {
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }";
    expect(() => parseNpy(npy(header, [1, 2, 3]), 'a')).toThrow('a is truncated: 4 values expected');
    expect(() => parseNpy(npy(header.replace('False', 'True'), [1, 2, 3, 4]), 'a')).toThrow('C order');
    expect(() => parseNpy(new Uint8Array(20), 'a')).toThrow('not a .npy file');
  });
});

test('a stage’s speed is that of its last reports, and begins anew with the next stage', () => {
  const rate = new StageRate();
  rate.report('perceive', 0, 0);
  expect(rate.perSecond()).toBeNull();
  rate.report('perceive', 60, 2000);
  expect(rate.perSecond()).toBe(30);
  rate.report('film', 1, 2100);
  expect(rate.perSecond()).toBeNull();
});

test('a corpus of equal tasks is as varied as it has tasks; one task is one; rejected ones do not count', () => {
  const episode = (task: string, decision?: 'rejected') => ({
    ...knownRecord({ task }),
    review: decision ? { decision, reason: 'blurred', at: '' } : null,
  });
  const made = compositionOf([
    episode('a'),
    episode('b'),
    episode('c'),
    episode('d'),
    episode('z', 'rejected'),
  ]);
  expect(made.effectiveTasks).toBeCloseTo(4, 9);
  expect(compositionOf([episode('a'), episode('a')]).effectiveTasks).toBeCloseTo(1, 9);
  expect([made.episodes, made.rejected, made.reasons]).toEqual([4, 1, [{ name: 'blurred', value: 1 }]]);
});

test('a dataset is found below the picked folder; another folder is refused by its name', async () => {
  const file = (webkitRelativePath: string, text: string) =>
    Object.assign(new File([text], 'x'), { webkitRelativePath });
  const files = pickedDataset([
    file('mine/kitchen/meta/info.json', '{}'),
    file('mine/kitchen/data/a.parquet', 'abc'),
  ]);
  expect(await files.text('meta/info.json')).toBe('{}');
  expect(await files.exists('data/a.parquet')).toBe(true);
  expect(await files.exists('videos/b.mp4')).toBe(false);
  expect(() => pickedDataset([file('holiday/a.jpg', '')])).toThrow('holiday is not a LeRobot dataset');
});

describe('where a dataset is', () => {
  const page = 'http://127.0.0.1:8090/#/open';
  test.each([
    ['kitchen-1', { kind: 'built', name: 'kitchen-1' }],
    [' /v1/datasets/a/files ', { kind: 'here', address: 'http://127.0.0.1:8090/v1/datasets/a/files' }],
    ['https://example.org/set?v=1#x', { kind: 'elsewhere', address: 'https://example.org/set?v=1' }],
    ['https://example.org/set/meta/info.json', { kind: 'elsewhere', address: 'https://example.org/set/' }],
    [
      'https://huggingface.co/datasets/lerobot/pusht',
      { kind: 'elsewhere', address: 'https://huggingface.co/datasets/lerobot/pusht/resolve/main/' },
    ],
    [
      'https://huggingface.co/datasets/a/b/tree/v3.0',
      { kind: 'elsewhere', address: 'https://huggingface.co/datasets/a/b/resolve/v3.0/' },
    ],
  ])('%s', (given, place) => {
    expect(placeOf(given, page)).toEqual(place);
  });

  test('what is no address is refused', () => {
    for (const given of ['', 'ftp://example.org/', 'a b', 'javascript:alert(1)', '//', 'http://'])
      expect(() => placeOf(given, page), given).toThrow(/no address of a dataset/);
  });
});

test('no text of the studio becomes markup', () => {
  const studio = fileURLToPath(new URL('../../src/studio', import.meta.url));
  const sources = readdirSync(studio, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.ts'),
  );
  expect(sources.length).toBeGreaterThan(40);
  const offending = sources.filter(name =>
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|\beval\(|new Function/.test(
      readFileSync(path.join(studio, name), 'utf8'),
    ),
  );
  expect(offending).toEqual([]);
});
