/** A chain of FFmpeg filters with one input and one output. */
import { AV_BUFFERSRC_FLAG_KEEP_REF } from 'node-av/constants';
import { Filter, type FilterContext, FilterGraph, FilterInOut, Frame } from 'node-av/lib';
import { MediaError } from '../core/errors.ts';
import { reason } from './container.ts';

/** What comes in. Colour space and range are FFmpeg's numbers; left out for RGB. */
export interface PictureLayout {
  width: number;
  height: number;
  /** FFmpeg's name of the pixel format. */
  format: string;
  colorSpace?: number;
  colorRange?: number;
}

export class FilterChain {
  readonly #graph = new FilterGraph();
  readonly #source: FilterContext;
  readonly #sink: FilterContext;

  /** @param chain as in ffmpeg's -vf. @throws MediaError when the chain does not fit the input. */
  constructor(layout: PictureLayout, chain: string) {
    this.#graph.alloc();
    // No worker threads: these pictures are small, and many videos run side by side.
    this.#graph.nbThreads = 1;
    const { width, height, format, colorSpace, colorRange } = layout;
    const colour = colorSpace === undefined ? '' : `:colorspace=${colorSpace}:range=${colorRange}`;
    const source = this.#graph.createFilter(
      Filter.getByName('buffer')!,
      'in',
      `video_size=${width}x${height}:pix_fmt=${format}:time_base=1/1${colour}`,
    );
    const sink = this.#graph.createFilter(Filter.getByName('buffersink')!, 'out');
    if (!source || !sink)
      throw new MediaError(`pictures of ${width}x${height} ${format} cannot be converted`);
    this.#source = source;
    this.#sink = sink;
    this.#check(this.#graph.parsePtr(chain, pad('out', sink), pad('in', source)));
    this.#check(this.#graph.configSync());
  }

  /** One picture through the chain. `frame` stays the caller's, and so does the result. */
  run(frame: Frame): Frame {
    const result = new Frame();
    result.alloc();
    this.#check(this.#source.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF));
    this.#check(this.#sink.buffersinkGetFrameSync(result));
    return result;
  }

  close(): void {
    this.#graph.free();
  }

  #check(code: number): void {
    if (code < 0) throw new MediaError(`a picture cannot be converted (${reason(code)})`);
  }
}

/** A loose end of a chain, in the inverted naming of avfilter_graph_parse_ptr: 'in' is where our source goes. */
function pad(name: string, filter: FilterContext): FilterInOut {
  const end = new FilterInOut();
  end.alloc();
  end.name = name;
  end.filterCtx = filter;
  end.padIdx = 0;
  return end;
}
