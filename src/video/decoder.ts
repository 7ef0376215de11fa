/** One video stream as decoded pictures with times. */
import { AV_NOPTS_VALUE, AVERROR_EOF, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet, PosixError } from 'node-av/lib';
import { MediaError } from '../core/errors.ts';
import { type Container, reason } from './container.ts';

const EAGAIN = FFmpegError.AVERROR(PosixError.EAGAIN);
/** More pictures than a decoder holds back: 16 of reordering (H.264, HEVC), and one per thread. */
const MOST_BROKEN = 256;

/** A decoded picture in the codec's own pixel format. Whoever takes it frees `frame`. */
export interface Decoded {
  frame: Frame;
  /** Presentation time in ticks of the stream's time base, edit lists applied. */
  pts: number;
  /** Ticks on screen; 0 when the file does not say. */
  duration: number;
}

/**
 * Decodes in presentation order, one picture at a time; memory does not grow with the length of the video.
 * Damaged packets are skipped as the ffmpeg program does: what remains is the video.
 */
export class Decoder {
  readonly #container: Container;
  readonly #codec = new CodecContext();
  readonly #packet = new Packet();
  #draining = false;

  private constructor(container: Container) {
    this.#container = container;
    this.#packet.alloc();
  }

  /** @throws MediaError when the codec is unknown. */
  static async open(container: Container, path: string): Promise<Decoder> {
    const { codecpar, timeBase } = container.stream;
    const codec = Codec.findDecoder(codecpar.codecId);
    if (!codec)
      throw new MediaError(`${path}: no decoder for codec ${codecpar.codecTagString ?? codecpar.codecId}`);
    const decoder = new Decoder(container);
    const context = decoder.#codec;
    context.allocContext3(codec);
    context.parametersToContext(codecpar);
    context.pktTimebase = timeBase;
    context.threadCount = 1;
    const opened = await context.open2(codec);
    if (opened < 0) {
      decoder.close();
      throw new MediaError(`${path}: its ${codec.name} stream cannot be decoded (${reason(opened)})`);
    }
    return decoder;
  }

  /** The next picture, or null at the end. */
  next(): Decoded | null {
    const frame = new Frame();
    frame.alloc();
    let broken = 0;
    for (;;) {
      const received = this.#codec.receiveFrameSync(frame);
      if (received >= 0) {
        const pts = frame.bestEffortTimestamp;
        if (pts === AV_NOPTS_VALUE) continue;
        return { frame, pts: Number(pts), duration: Number(frame.duration) };
      }
      if (received === AVERROR_EOF || (received === EAGAIN && this.#draining)) break;
      // Once all packets are in, a broken picture may be followed by others, but not for ever.
      if (this.#draining && ++broken > MOST_BROKEN) break;
      this.#feed();
    }
    frame.free();
    return null;
  }

  /** Go to the last keyframe at or before `pts`; the next picture may lie before or, rarely, after it. */
  seek(pts: number): boolean {
    const { format, stream } = this.#container;
    const sought = format.seekFrameSync(stream.index, BigInt(Math.round(pts)), AVSEEK_FLAG_BACKWARD);
    this.#codec.flushBuffers();
    this.#draining = false;
    return sought >= 0;
  }

  close(): void {
    this.#packet.free();
    this.#codec.freeContext();
  }

  /** Give the codec the next packet of the stream, or the end of the stream. */
  #feed(): void {
    const { format, stream } = this.#container;
    while (!this.#draining) {
      if (format.readFrameSync(this.#packet) < 0) {
        this.#draining = true;
        this.#codec.sendPacketSync(null);
        return;
      }
      const wanted = this.#packet.streamIndex === stream.index;
      const sent = wanted ? this.#codec.sendPacketSync(this.#packet) : -1;
      this.#packet.unref();
      if (sent >= 0) return;
    }
  }
}
