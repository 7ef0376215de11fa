/** Small videos to mutate: two that are made here, and a piece of a real one where it is. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEncoder } from '../../src/video/encode.ts';
import { randomFrom } from '../../test/random.ts';

const sample = fileURLToPath(new URL('../../examples/sample/pick.mp4', import.meta.url));
const SIZE = { width: 64, height: 48, fps: 10 };
const FRAMES = 15;

// SVT-AV1 prints errors only (its EbSvtAv1.h).
process.env['SVT_LOG'] ??= '1';

/** H.264 and AV1 in mp4, and the sample of the repository. */
export async function smallVideos(folder: string): Promise<string[]> {
  const made: string[] = [];
  for (const codec of ['h264', 'av1'] as const) {
    const file = path.join(folder, `${codec}.mp4`);
    const encoder = await openEncoder(file, { ...SIZE, codec });
    const random = randomFrom(7).uniform;
    for (let t = 0; t < FRAMES; t++)
      await encoder.write(Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, () => random() * 256));
    await encoder.finish();
    made.push(file);
  }
  return [...made, sample];
}
