/** Small pictures of a demonstration, from its film: one still, and one that moves. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { MediaError } from '../core/errors.ts';
import type { RgbFrame } from '../core/types.ts';
import { openFrames } from '../video/frames.ts';
import type { Report } from './process.ts';

export interface ThumbnailArgs {
  /** A film of `frames` frames at `fps`. */
  path: string;
  /** Folder to leave poster.jpg and thumbnail.webp in. */
  dir: string;
  fps: number;
  frames: number;
}

/** Width of the moving picture, px. */
const WIDTH = 160;
/** Its rate, pictures per second, and the most it holds: a longer demonstration is shown quicker. */
const RATE = 8;
const MOST = 48;
const JPEG_QUALITY = 82;
const WEBP_QUALITY = 55;

/** poster.jpg: the middle frame in the film's size. thumbnail.webp: an even choice of frames, looping. */
export async function renderThumbnail(
  { path: film, dir, fps, frames }: ThumbnailArgs,
  report: Report,
): Promise<void> {
  const count = Math.max(1, Math.min(MOST, Math.round((frames / fps) * RATE), frames));
  const shown = new Set(Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * frames) / count)));
  const middle = Math.floor(frames / 2);
  const small: Buffer[] = [];
  let size = { width: 0, height: 0 };
  for await (const { index, frame } of openFrames(film, { fps })) {
    if (index === middle)
      await writeFile(
        path.join(dir, 'poster.jpg'),
        await picture(frame).jpeg({ quality: JPEG_QUALITY }).toBuffer(),
      );
    if (shown.has(index)) {
      const { data, info } = await picture(frame)
        .resize({ width: WIDTH, withoutEnlargement: true })
        .raw()
        .toBuffer({ resolveWithObject: true });
      small.push(data);
      size = info;
    }
    report(index + 1, frames);
  }
  if (small.length !== count)
    throw new MediaError(
      `${film}: a film of ${frames} frames was expected; ${small.length} of ${count} pictures could be taken`,
    );
  const { width, height } = size;
  const moving = sharp(Buffer.concat(small), {
    raw: { width, height: height * count, channels: 3, pageHeight: height },
  }).webp({ quality: WEBP_QUALITY, loop: 0, delay: small.map(() => Math.round(1000 / RATE)) });
  await writeFile(path.join(dir, 'thumbnail.webp'), await moving.toBuffer());
}

const picture = ({ width, height, data }: RgbFrame) => sharp(data, { raw: { width, height, channels: 3 } });
