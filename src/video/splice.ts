/**
 * Spans of constant-rate videos, put behind each other in one mp4 without decoding them: pictures stay the bytes
 * that they are. A span begins at a keyframe, as an episode in a dataset's file does.
 */
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AV_NOPTS_VALUE, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { Dictionary, FormatContext, Packet, Rational, type Stream } from 'node-av/lib';
import { MediaError, StoreError } from '../core/errors.ts';
import { exactRate } from '../core/rate.ts';
import { type Container, openContainer, reason } from './container.ts';

export interface VideoSpan {
  path: string;
  /** Time of the span's first picture in its file, s: a keyframe. */
  startS: number;
  /** Number of pictures. */
  frames: number;
}

export interface VideoSplice {
  /**
   * Append a span. false: it would outgrow the limit, or was encoded otherwise than what is there (codec, size,
   * parameter sets); nothing was written, and it belongs into the next file. The first span is always taken.
   * @throws MediaError when its file has no such span at this rate; nothing was written.
   */
  append(span: VideoSpan): Promise<boolean>;
  /** Bytes of pictures so far. */
  readonly bytes: number;
  /** Pictures so far: the next span begins at frames / fps. */
  readonly frames: number;
  /** Complete the file. A splice without a span leaves none. */
  finish(): Promise<void>;
  /** Give up: close and delete the file. */
  abort(): Promise<void>;
}

/** A picture may lie this far from its place on the rate's grid, of one frame: more is another rate. */
const OFF_GRID = 0.25;

/**
 * Start `path`, an mp4 of exactly `fps` pictures per second and `limitBytes` of pictures. Memory holds one packet and
 * the file's index.
 */
export function openSplice(path: string, fps: number, limitBytes = Number.POSITIVE_INFINITY): VideoSplice {
  return new Mp4Splice(path, fps, limitBytes);
}

/** A packet, which is only valid until the next one is taken, and the frames in which it is shown and decoded. */
interface PlacedPacket {
  packet: Packet;
  shown: number;
  decoded: number;
}

class Mp4Splice implements VideoSplice {
  readonly #path: string;
  readonly #fps: number;
  readonly #limitBytes: number;
  readonly #format = new FormatContext();
  readonly #packet = new Packet();
  #stream: Stream | null = null;
  #extradata: Buffer | null = null;
  #bytes = 0;
  #frames = 0;
  #open = false;
  #closed = false;

  constructor(path: string, fps: number, limitBytes: number) {
    this.#path = path;
    this.#fps = fps;
    this.#limitBytes = limitBytes;
    this.#packet.alloc();
  }

  get bytes(): number {
    return this.#bytes;
  }

  get frames(): number {
    return this.#frames;
  }

  async append(span: VideoSpan): Promise<boolean> {
    const source = await openContainer(span.path);
    try {
      let bytes = 0;
      for (const { packet } of packetsOf(source, span, this.#fps, this.#packet)) bytes += packet.size;
      if (this.#stream && !(this.#matches(source.stream) && this.#bytes + bytes <= this.#limitBytes))
        return false;
      this.#stream ??= await this.#start(source.stream);
      await this.#copy(source, span, this.#stream);
      this.#frames += span.frames;
      return true;
    } finally {
      source.close();
    }
  }

  async finish(): Promise<void> {
    if (this.#stream) this.#check(await this.#format.writeTrailer(), 'finish');
    await this.#close();
  }

  async abort(): Promise<void> {
    await this.#close();
    await rm(this.#path, { force: true });
  }

  async #start({ codecpar }: Stream): Promise<Stream> {
    const { num, den } = exactRate(this.#fps);
    this.#check(this.#format.allocOutputContext2(null, 'mp4', this.#path), 'open');
    const stream = this.#format.newStream();
    this.#check(codecpar.copy(stream.codecpar), 'open');
    // The tag of another container would be refused by the mp4 muxer; 0 lets it choose.
    stream.codecpar.codecTag = 0;
    stream.timeBase = new Rational(den, num);
    stream.avgFrameRate = new Rational(num, den);
    this.#format.url = `file:${resolve(this.#path)}`;
    this.#check(await this.#format.openOutput(), 'open');
    this.#open = true;
    this.#extradata = codecpar.extradata;
    this.#check(await this.#format.writeHeader(Dictionary.fromObject({ movflags: '+faststart' })), 'write');
    return stream;
  }

  #matches({ codecpar }: Stream): boolean {
    const first = (this.#stream as Stream).codecpar;
    return (
      codecpar.codecId === first.codecId &&
      codecpar.width === first.width &&
      codecpar.height === first.height &&
      Buffer.compare(codecpar.extradata ?? Buffer.of(), this.#extradata ?? Buffer.of()) === 0
    );
  }

  async #copy(source: Container, span: VideoSpan, out: Stream): Promise<void> {
    const { num, den } = exactRate(this.#fps);
    const frameTime = new Rational(den, num);
    for (const { packet, shown, decoded } of packetsOf(source, span, this.#fps, this.#packet)) {
      packet.pts = BigInt(this.#frames + shown);
      packet.dts = BigInt(this.#frames + decoded);
      packet.duration = 1n;
      packet.streamIndex = out.index;
      packet.pos = -1n;
      packet.rescaleTs(frameTime, out.timeBase);
      this.#bytes += packet.size;
      this.#check(await this.#format.interleavedWriteFrame(packet), 'write');
    }
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#open) await this.#format.closeOutput();
    this.#packet.free();
    this.#format.freeContext();
  }

  #check(code: number, doing: string): void {
    if (code < 0) throw new StoreError(`${this.#path}: cannot ${doing} the video (${reason(code)})`);
  }
}

/**
 * Throws MediaError unless the file holds the span's pictures: one per frame at this rate, a keyframe first, each complete in the
 * file. Reads their bytes and decodes nothing.
 */
export async function checkSpan(span: VideoSpan, fps: number): Promise<void> {
  const source = await openContainer(span.path);
  const packet = new Packet();
  packet.alloc();
  try {
    for (const _ of packetsOf(source, span, fps, packet));
  } finally {
    packet.free();
    source.close();
  }
}

/** Every packet of the span, with its places. `packet` is filled with one after the other. */
function* packetsOf(
  { format, stream }: Container,
  { path, startS, frames }: VideoSpan,
  fps: number,
  packet: Packet,
): Generator<PlacedPacket> {
  const { num, den } = stream.timeBase;
  const slotOf = (ticks: bigint) => ((Number(ticks) * num) / den - startS) * fps;
  format.seekFrameSync(stream.index, BigInt(Math.round((startS * den) / num)), AVSEEK_FLAG_BACKWARD);
  const missing = (why: string) =>
    new MediaError(
      `${path} does not hold ${frames} frames at ${fps} fps from ${startS.toFixed(4)} s: ${why}`,
    );
  const seen = new Uint8Array(frames);
  for (let n = 0; n < frames; ) {
    packet.unref();
    if (format.readFrameSync(packet) < 0) throw missing(`it ends after ${n}`);
    if (packet.streamIndex !== stream.index) continue;
    const exact = slotOf(packet.pts);
    const shown = Math.round(exact);
    if (n === 0 && !(packet.isKeyframe && shown === 0)) throw missing('no keyframe lies there');
    if (Math.abs(exact - shown) > OFF_GRID || shown < 0 || shown >= frames || seen[shown]++)
      throw missing(`a picture lies at ${(exact / fps).toFixed(4)} s of it`);
    const decoded = packet.dts === AV_NOPTS_VALUE ? shown : Math.round(slotOf(packet.dts));
    n += 1;
    yield { packet, shown, decoded };
  }
}
