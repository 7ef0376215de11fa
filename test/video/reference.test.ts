import { AVERROR_EOF } from 'node-av/constants';
import { FFmpegError, Filter, FilterGraph, FilterInOut, Frame, PosixError } from 'node-av/lib';
import { expect, test } from 'vitest';
import { openContainer } from '../../src/video/container.ts';
import { Decoder } from '../../src/video/decoder.ts';
import { uprightSize } from '../../src/video/orientation.ts';
import { pixelFormatName } from '../../src/video/picture.ts';
import { clip, clipsMissing, readAll } from './material.ts';

/** The grid as FFmpeg's own `fps` filter makes it: RGB pixels of every frame, 64 px wide. */
async function fpsFilter(path: string, fps: number): Promise<Buffer[]> {
  const container = await openContainer(path);
  const decoder = await Decoder.open(container, path);
  const { num, den } = container.stream.timeBase;
  const { width, height } = uprightSize(container.stream);
  const frames: Buffer[] = [];
  let graph: FilterGraph | null = null;
  const drain = () => {
    for (;;) {
      const out = new Frame();
      out.alloc();
      const got = graph!.getFilter('out')!.buffersinkGetFrameSync(out);
      if (got === AVERROR_EOF || got === FFmpegError.AVERROR(PosixError.EAGAIN)) return out.free();
      FFmpegError.throwIfError(got);
      frames.push(out.toBuffer());
      out.free();
    }
  };
  for (let picture = decoder.next(); picture; picture = decoder.next()) {
    const { frame } = picture;
    if (!graph) {
      graph = new FilterGraph();
      graph.alloc();
      const source = graph.createFilter(
        Filter.getByName('buffer')!,
        'in',
        `video_size=${frame.width}x${frame.height}:pix_fmt=${pixelFormatName(frame)}:time_base=${num}/${den}:colorspace=${frame.colorSpace}:range=${frame.colorRange}`,
      )!;
      const sink = graph.createFilter(Filter.getByName('buffersink')!, 'out')!;
      const matrix = height > 576 || width >= 1280 ? 'bt709' : 'bt601';
      const colour = frame.colorSpace === 2 ? `:in_color_matrix=${matrix}` : '';
      const chain = `fps=${fps},scale=w=64:h=${Math.round((height * 64) / width)}:flags=bilinear${colour},format=rgb24`;
      const [end, start] = [
        FilterInOut.createList([{ name: 'out', filterCtx: sink, padIdx: 0 }]),
        FilterInOut.createList([{ name: 'in', filterCtx: source, padIdx: 0 }]),
      ];
      FFmpegError.throwIfError(graph.parsePtr(chain, end, start));
      FFmpegError.throwIfError(graph.configSync());
    }
    frame.pts = BigInt(picture.pts);
    FFmpegError.throwIfError(graph.getFilter('in')!.buffersrcAddFrameSync(frame));
    frame.free();
    drain();
  }
  graph!.getFilter('in')!.buffersrcAddFrameSync(null);
  drain();
  graph!.free();
  decoder.close();
  container.close();
  return frames;
}

/** Irregular times behind an edit list; then 30.3, 28 and 5 pictures per second. */
const CASES: [name: string, ...rates: number[]][] = [
  ['rsrd_scissors', 30],
  ['ph2d_pouring_ego', 30],
  ['corrupt_tail', 30, 12],
  ['pose_squats', 30],
];
for (const [name, ...rates] of CASES) {
  for (const fps of rates) {
    test.skipIf(clipsMissing)(
      `${name} at ${fps} fps is what FFmpeg's own fps filter shows, frame by frame`,
      async () => {
        const expected = await fpsFilter(clip(`${name}.mp4`), fps);
        const frames = await readAll(clip(`${name}.mp4`), { fps, width: 64 });
        const same = frames.map(
          ({ frame }, i) => expected[i] !== undefined && Buffer.compare(frame.data, expected[i]) === 0,
        );
        expect(same.indexOf(false)).toBe(-1);
        // Without end-of-stream time the filter cannot hold the last picture; ours lasts as long as it is shown.
        expect(frames.length - expected.length).toBeLessThanOrEqual(Math.ceil(fps / 5));
      },
    );
  }
}
