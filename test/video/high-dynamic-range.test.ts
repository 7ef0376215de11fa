import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openEncoder } from '../../src/video/encode.ts';
import { temporary } from '../temporary.ts';
import { readAll, withColours } from './material.ts';

const folder = temporary();
/** Signal levels of 255, each a band of 16 columns. */
const LEVELS = [0, 16, 40, 80, 112, 144, 176, 192, 208, 224, 240, 255];

/** Display light of a grey signal, cd/m². */
const LIGHT = {
  // BT.2100-2, table 5: inverse OETF, then the OOTF of a display of 1,000 cd/m².
  'arib-std-b67': (signal: number) => {
    const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
    const scene = signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - c) / a) + b) / 12;
    return 1000 * scene ** 1.2;
  },
  // BT.2100-2, table 4.
  smpte2084: (signal: number) => {
    const [m1, m2, c1, c2, c3] = [
      2610 / 16384,
      (2523 / 4096) * 128,
      3424 / 4096,
      (2413 / 4096) * 32,
      (2392 / 4096) * 32,
    ];
    const root = signal ** (1 / m2);
    return 10_000 * (Math.max(0, root - c1) / (c2 - c3 * root)) ** (1 / m1);
  },
};
const NUMBERS = { 'arib-std-b67': 18, smpte2084: 16 };

/** White of 203 cd/m² is 1; beyond 0.3 the Möbius curve that is smooth there and takes 1,000 cd/m² to 1. BT.1886's display. */
function expected(nits: number): number {
  const [light, peak, j] = [nits / 203, 1000 / 203, 0.3];
  const a = (-j * j * (peak - 1)) / (j * j - 2 * j + peak);
  const b = (j * j - 2 * j * peak + peak) / (peak - 1);
  const bent = light <= j ? light : (((b * b + 2 * b * j + j * j) / (b - a)) * (light + a)) / (light + b);
  return 255 * Math.min(1, bent) ** (1 / 2.4);
}

describe('pictures of high dynamic range', () => {
  const plain = join(folder, 'plain.mp4');
  beforeAll(async () => {
    const [width, height] = [16 * LEVELS.length, 32];
    const encoder = await openEncoder(plain, { width, height, fps: 30, codec: 'h264', crf: 1 });
    const row = LEVELS.flatMap(level => new Array<number>(16 * 3).fill(level));
    for (let i = 0; i < 3; i++)
      await encoder.write(Uint8Array.from({ length: row.length * height }, (_, at) => row[at % row.length]));
    await encoder.finish();
  });
  const levels = async (path: string) => {
    const [{ frame }] = await readAll(path, { fps: 30 });
    return LEVELS.map((_, i) => [0, 1, 2].map(c => frame.data[(16 * frame.width + 16 * i + 8) * 3 + c]));
  };

  for (const transfer of ['arib-std-b67', 'smpte2084'] as const) {
    // 9 is BT.2020, 2 is "unspecified".
    for (const colours of [9, 2]) {
      test(`${transfer} is mapped as ITU-R says, primaries and matrix ${colours === 2 ? 'not told' : 'told'}`, async () => {
        const path = join(folder, `${transfer}-${colours}.mp4`);
        await withColours(plain, path, { transfer: NUMBERS[transfer], primaries: colours, matrix: colours });
        for (const [i, rgb] of (await levels(path)).entries()) {
          for (const value of rgb)
            expect(
              Math.abs(value - expected(LIGHT[transfer](LEVELS[i] / 255))),
              `level ${LEVELS[i]}`,
            ).toBeLessThan(3);
        }
      });
    }
  }

  test('any other picture keeps its levels', async () => {
    for (const [i, rgb] of (await levels(plain)).entries())
      for (const value of rgb) expect(Math.abs(value - LEVELS[i])).toBeLessThan(3);
  });
});
