/** Pictures as files. */
import type { RgbFrame } from '../../core/types.ts';

/** Of 100; sharp's own default is 80, which shows in flat areas. */
const QUALITY = 90;

export async function jpegOf({ data, width, height }: RgbFrame): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}
