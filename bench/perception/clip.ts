/** The clip that every contender reads: a real one at 640×360, run forwards and backwards until it is long enough. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RgbFrame } from '../../src/core/types.ts';
import { openEncoder } from '../../src/video/encode.ts';
import { openFrames } from '../../src/video/frames.ts';
import { clips } from '../../test/clips.ts';

export const WIDTH = 640;
export const HEIGHT = 360;
export const FPS = 30;
/** Longer than any start-up. */
const SECONDS = 20;

/** Both hands and the body in view from the first frame to the last. */
const USUAL = path.join(clips, 'okami_close_laptop.mp4');
const SAMPLE = fileURLToPath(new URL('../../examples/sample/pick.mp4', import.meta.url));

export const usualClip = (): string => (existsSync(USUAL) ? USUAL : SAMPLE);

/** @returns the number of frames written: 20 s of them, without a jump where the clip turns round */
export async function writeClip(source: string, out: string): Promise<number> {
  const pictures: RgbFrame[] = [];
  for await (const { frame } of openFrames(source, { fps: FPS, width: WIDTH, endS: SECONDS }))
    pictures.push(padded(frame));
  const encoder = await openEncoder(out, { width: WIDTH, height: HEIGHT, fps: FPS, codec: 'h264', crf: 18 });
  const period = Math.max(1, 2 * pictures.length - 2);
  for (let i = 0; i < SECONDS * FPS; i++) {
    const at = i % period;
    await encoder.write(pictures[Math.min(at, period - at)].data);
  }
  return encoder.finish();
}

/** Cut or filled with black below to the height that is measured at. */
function padded({ width, height, data }: RgbFrame): RgbFrame {
  if (width !== WIDTH) throw new Error(`a clip at least ${WIDTH} px wide is needed, not ${width}`);
  if (height === HEIGHT) return { width, height, data };
  const rows = new Uint8Array(WIDTH * HEIGHT * 3);
  rows.set(data.subarray(0, rows.length));
  return { width, height: HEIGHT, data: rows };
}
