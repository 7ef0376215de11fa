import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openContainer } from '../../src/video/container.ts';
import { Decoder } from '../../src/video/decoder.ts';
import { openEncoder, type VideoCodec } from '../../src/video/encode.ts';
import { probe } from '../../src/video/probe.ts';
import { random } from '../random.ts';
import { temporary } from '../temporary.ts';
import { counterFrame, counterVideo, readAll, readCounter } from './material.ts';

const folder = temporary();

/** Numbers of the processors that this process may use, where the system tells (Linux): one of each range at least. */
function processors(): string[] {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  return /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1].split(/[,-]/) ?? [];
}

/** Presentation times as they lie in the file, s. */
async function storedTimes(path: string): Promise<number[]> {
  const container = await openContainer(path);
  const decoder = await Decoder.open(container, path);
  const times: number[] = [];
  for (let picture = decoder.next(); picture; picture = decoder.next()) {
    times.push((picture.pts * container.stream.timeBase.num) / container.stream.timeBase.den);
    picture.frame.free();
  }
  decoder.close();
  container.close();
  return times;
}

describe.each<VideoCodec>(['av1', 'h264'])('%s', codec => {
  for (const fps of [30, 25, 30000 / 1001, 5]) {
    test(`20 frames at ${fps.toFixed(2)} fps come back in order, frame i at exactly i / fps`, async () => {
      const path = join(folder, `${codec}-${fps}.mp4`);
      await counterVideo(path, 20, { codec, fps });
      const decoded = await readAll(path, { fps });
      expect(decoded.map(readCounter)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      for (const [i, time] of (await storedTimes(path)).entries()) expect(time).toBeCloseTo(i / fps, 9);
      const info = await probe(path);
      expect(info).toMatchObject({ codec, frames: 20, pixelFormat: 'yuv420p' });
      expect(info.averageFps).toBeCloseTo(fps, 9);
      expect(info.durationS).toBeCloseTo(20 / fps, 4);
    });
  }

  // Where there is only one processor there is nothing to compare: the same bytes then, twice.
  test.skipIf(processors().length < 1)('the same bytes on one processor as on all', async () => {
    const script = fileURLToPath(new URL('encode-noise.ts', import.meta.url));
    const encoded = async (...before: string[]) => {
      const path = join(folder, `${codec}-${before.length}.mp4`);
      const [program, ...words] = [...before, process.execPath, '--import', 'tsx', script, path, codec];
      await promisify(execFile)(program, words, { env: { ...process.env, SVT_LOG: '1' } });
      return readFileSync(path);
    };
    const all = await encoded();
    expect(all.length).toBeGreaterThan(1000);
    expect(all.equals(await encoded('taskset', '--cpu-list', processors()[0]))).toBe(true);
  });

  test('colours survive: BT.709 out and in', async () => {
    const path = join(folder, `${codec}-colour.mp4`);
    const colours = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
      [0, 0, 0],
      [200, 120, 40],
    ];
    const encoder = await openEncoder(path, { width: 64, height: 64, fps: 30, codec, crf: 12 });
    for (const colour of colours) {
      await encoder.write(Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => colour[i % 3]));
    }
    await encoder.finish();
    const frames = await readAll(path, { fps: 30 });
    for (const [i, colour] of colours.entries()) {
      const middle = (32 * 64 + 32) * 3;
      for (let c = 0; c < 3; c++) {
        expect(Math.abs(frames[i].frame.data[middle + c] - colour[c])).toBeLessThanOrEqual(8);
      }
    }
  });

  test('an odd size loses its last column and row', async () => {
    const path = join(folder, `${codec}-odd.mp4`);
    await counterVideo(path, 3, { codec, width: 129, height: 67 });
    expect(await probe(path)).toMatchObject({ width: 128, height: 66 });
    expect((await readAll(path, { fps: 30 })).map(readCounter)).toEqual([0, 1, 2]);
  });
});

test('a film has the same bytes whatever else the process encodes', async () => {
  const next = random(1);
  /** 20 pictures of noise leave memory behind that is not zero; 20 plain ones are the film in question. */
  async function film(name: string, size: { width: number; height: number }, level: (t: number) => number) {
    const path = join(folder, `${name}.mp4`);
    const encoder = await openEncoder(path, { ...size, fps: 30, codec: 'h264' });
    const picture = new Uint8Array(size.width * size.height * 3);
    for (let t = 0; t < 20; t++) await encoder.write(picture.map(() => level(t)));
    await encoder.finish();
    return readFileSync(path, 'base64');
  }
  const plain = (name: string) => film(name, { width: 96, height: 64 }, t => 30 + ((t * 37) % 190));
  const alone = await plain('alone');
  for (let round = 0; round < 40; round++) {
    const size = [
      { width: 96, height: 64 },
      { width: 320, height: 180 },
    ][round % 2];
    const noise = () => film('noise', size, () => 255 * next());
    if (round % 4 < 2) await noise();
    const films = await Promise.all([
      plain('a'),
      plain('b'),
      plain('c'),
      ...(round % 4 < 2 ? [] : [noise()]),
    ]);
    for (const bytes of films.slice(0, 3)) expect(bytes === alone).toBe(true);
  }
});

test('a frame of the wrong size is refused, and giving up leaves no file', async () => {
  const path = join(folder, 'wrong.mp4');
  const encoder = await openEncoder(path, { width: 64, height: 64, fps: 30, codec: 'h264' });
  await expect(encoder.write(counterFrame(0, 64, 62))).rejects.toMatchObject({ tag: 'MediaError' });
  await encoder.abort();
  expect(existsSync(path)).toBe(false);
});

test('a video without frames is an error, and so is a folder that is not there', async () => {
  const encoder = await openEncoder(join(folder, 'none.mp4'), {
    width: 64,
    height: 64,
    fps: 30,
    codec: 'h264',
  });
  await expect(encoder.finish()).rejects.toMatchObject({ tag: 'MediaError' });
  const nowhere = join(folder, 'nowhere', 'x.mp4');
  await expect(openEncoder(nowhere, { width: 64, height: 64, fps: 30, codec: 'h264' })).rejects.toMatchObject(
    {
      tag: 'StoreError',
    },
  );
});
