/** Walking through a stretch of a video frame by frame, forwards or backwards, for a second look. */
import type { RgbFrame } from '../core/types.ts';
import { type GridFrame, openFrames } from '../video/frames.ts';

/** Frames held in memory: those that a walk backwards needs at once, and the last ones read. */
const BLOCK = 24;
/** Frames that are read on rather than sought: to seek is to decode from a keyframe, often a second before. */
const READ_ON = 24;

/** Frames [start, end) of a clip, in one direction. */
export interface Way {
  start: number;
  end: number;
  forwards: boolean;
}

/** The grid that frame numbers count on: frame 0 of the clip is `firstFrame` of the video. */
export interface Grid {
  fps: number;
  firstFrame: number;
  /** Of the frames, px. */
  width: number;
}

/**
 * The ways into both ends of each stretch of frames in which `sound` does not hold, each beginning beside a sound
 * frame.
 * @param reach longest way, frames
 */
export function waysInto(frames: number, sound: (t: number) => boolean, reach: number): Way[] {
  const ways: Way[] = [];
  for (let a = 0; a < frames; a++) {
    if (sound(a)) continue;
    let b = a;
    while (b < frames && !sound(b)) b++;
    if (a > 0) ways.push({ start: a, end: Math.min(b, a + reach), forwards: true });
    if (b < frames) ways.push({ start: Math.max(a, b - reach), end: b, forwards: false });
    a = b;
  }
  return ways;
}

/** The frames of a way with their numbers in the clip, in the order of the walk. */
export async function* walk(path: string, grid: Grid, way: Way): AsyncGenerator<[number, RgbFrame]> {
  const { firstFrame } = grid;
  for (const [start, end] of blocksOf(way)) {
    const block = await framesOf(path, grid, firstFrame + start, firstFrame + end);
    const frames = block.map(({ index, frame }): [number, RgbFrame] => [index - firstFrame, frame]);
    yield* way.forwards ? frames : frames.reverse();
  }
}

/** The reader that the last walk in this process left where it ended: the next gap is most often near. */
let reader: Reader | null = null;
let last: Promise<unknown> = Promise.resolve();

/** One stretch after the other, whoever asks. */
function inTurn<T>(action: () => Promise<T>): Promise<T> {
  const turn = last.then(action);
  last = turn.catch(() => undefined);
  return turn;
}

const framesOf = (path: string, grid: Grid, start: number, end: number): Promise<GridFrame[]> =>
  inTurn(async () => {
    if (!reader?.isOf(path, grid)) {
      await reader?.close();
      reader = new Reader(path, grid);
    }
    return reader.read(start, end);
  });

/** Lets go of the frames and of the open file. */
export const stopWalking = (): Promise<void> =>
  inTurn(async () => {
    await reader?.close();
    reader = null;
  });

/** Reads stretches of a video, remembers the last frames, and seeks only where it pays. */
class Reader {
  readonly #path: string;
  readonly #fps: number;
  readonly #width: number;
  #frames: AsyncGenerator<GridFrame> | null = null;
  /** The frames before `#next`, without a gap. */
  #last: GridFrame[] = [];
  #next = 0;

  constructor(path: string, { fps, width }: Grid) {
    this.#path = path;
    this.#fps = fps;
    this.#width = width;
  }

  isOf(path: string, { fps, width }: Grid): boolean {
    return this.#path === path && this.#fps === fps && this.#width === width;
  }

  /** Frames [start, end) of the video's grid, fewer at its end; at most a block of them. */
  async read(start: number, end: number): Promise<GridFrame[]> {
    const oldest = this.#last[0]?.index ?? this.#next;
    if (!this.#frames || start < oldest || start > this.#next + READ_ON) await this.#seek(start);
    while (this.#next < end) {
      const { value, done } = await this.#frames!.next();
      if (done) break;
      this.#last.push(value);
      if (this.#last.length > BLOCK) this.#last.shift();
      this.#next = value.index + 1;
    }
    return this.#last.filter(({ index }) => index >= start && index < end);
  }

  async close(): Promise<void> {
    await this.#frames?.return(undefined);
    this.#frames = null;
    this.#last = [];
  }

  async #seek(start: number): Promise<void> {
    await this.close();
    this.#frames = openFrames(this.#path, {
      fps: this.#fps,
      startS: start / this.#fps,
      width: this.#width,
    });
    this.#next = start;
  }
}

function blocksOf({ start, end, forwards }: Way): [number, number][] {
  const blocks: [number, number][] = [];
  for (let a = start; a < end; a += BLOCK) blocks.push([a, Math.min(end, a + BLOCK)]);
  return forwards ? blocks : blocks.reverse();
}
