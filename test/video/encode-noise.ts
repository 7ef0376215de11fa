/** Small moving pictures of a height that is no multiple of 16, encoded: `encode-noise.ts <file> <codec>`. */
import { openEncoder, type VideoCodec } from '../../src/video/encode.ts';

const [file, codec] = process.argv.slice(2);
const [width, height, frames] = [160, 90, 24];
const encoder = await openEncoder(file, { width, height, fps: 10, codec: codec as VideoCodec });
for (let t = 0; t < frames; t++) {
  const value = (i: number) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return (
      128 +
      60 * Math.sin((x + 3 * t) / 7) +
      50 * Math.sin((y - 2 * t) / 5 + (i % 3)) +
      ((i * 2654435761) % 17)
    );
  };
  await encoder.write(Uint8Array.from({ length: width * height * 3 }, (_, i) => value(i)));
}
await encoder.finish();
