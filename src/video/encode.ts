/** RGB frames to a constant-rate mp4: AV1 for datasets, H.264 for previews. */
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVERROR_EOF,
  FF_ENCODER_LIBSVTAV1,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Packet,
  PosixError,
  Rational,
  type Stream,
} from 'node-av/lib';
import { MediaError, StoreError } from '../core/errors.ts';
import { exactRate } from '../core/rate.ts';
import { reason } from './container.ts';
import { FilterChain } from './filter.ts';

export interface EncoderRequest {
  /** Size of the frames that are written, px. */
  width: number;
  height: number;
  /** Constant rate, frames per second: frame i is shown at i / fps, if that is a rate of core/rate.ts. */
  fps: number;
  codec: VideoCodec;
  /** Constant quality, lower is better; default per codec. */
  crf?: number;
  /** Distance of keyframes, frames; default per codec. */
  gop?: number;
}

export type VideoCodec = keyof typeof CODECS;

export interface VideoEncoder {
  /** Size of the video, px: the last column or row of an odd size is cropped, since 4:2:0 needs even sizes. */
  readonly width: number;
  readonly height: number;
  /** Append one frame: RGB24, row-major, no padding, of the size given on opening. May be reused afterwards. */
  write(rgb: Uint8Array): Promise<void>;
  /** Flush and close the file. @returns the number of frames in it. */
  finish(): Promise<number>;
  /** Give up: close and delete the file. */
  abort(): Promise<void>;
}

/**
 * AV1: LeRobot's own defaults, crf 30, a keyframe every 2 frames so that random access is cheap
 * (lerobot/datasets/video_utils.py, encode_video_frames); preset 10 is the fastest of SVT-AV1 3, which maps 11 to
 * 13 to it; lp=1 is one thread's worth of work at a time, since many videos run side by side: the same bytes for 5 % less
 * processor time. H.264: no B-frames, so that the file needs no edit list; no macroblock tree, whose vector code reads
 * memory that was never written (1 of 80 small films came out otherwise beside other encoders) and reciprocals that processors
 * round differently; crf 24 is without it as true as x264's default with it, 41.1–42.8 dB against 41.0–42.2.
 */
const CODECS = {
  av1: { name: FF_ENCODER_LIBSVTAV1, crf: 30, gop: 2, options: { preset: '10', 'svtav1-params': 'lp=1' } },
  h264: {
    name: FF_ENCODER_LIBX264,
    crf: 24,
    gop: 30,
    options: { preset: 'veryfast', bf: '0', 'x264-params': 'mbtree=0' },
  },
} as const;

const EAGAIN = FFmpegError.AVERROR(PosixError.EAGAIN);

/**
 * SVT-AV1 writes its settings to standard error of the process unless that was started with SVT_LOG=1.
 * @throws StoreError when `path` cannot be written; MediaError when the encoder refuses the size or rate.
 */
export async function openEncoder(path: string, request: EncoderRequest): Promise<VideoEncoder> {
  const encoder = new Mp4Encoder(path, request);
  try {
    await encoder.open();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
  return encoder;
}

class Mp4Encoder implements VideoEncoder {
  readonly width: number;
  readonly height: number;
  readonly #path: string;
  readonly #request: EncoderRequest;
  readonly #codec = new CodecContext();
  readonly #format = new FormatContext();
  readonly #packet = new Packet();
  readonly #toYuv: FilterChain;
  #stream!: Stream;
  #frames = 0;
  #open = false;
  #closed = false;

  constructor(path: string, request: EncoderRequest) {
    const { width, height } = request;
    this.#path = path;
    this.#request = request;
    this.width = width - (width % 2);
    this.height = height - (height % 2);
    if (!(this.width > 0 && this.height > 0)) {
      throw new MediaError(`${path}: a video needs at least 2x2 pixels, not ${width}x${height}`);
    }
    this.#packet.alloc();
    this.#toYuv = new FilterChain(
      { width, height, format: 'rgb24' },
      `crop=${this.width}:${this.height}:0:0,scale=flags=bilinear:out_color_matrix=bt709:out_range=tv,format=yuv420p`,
    );
  }

  async open(): Promise<void> {
    const { name, options, ...defaults } = CODECS[this.#request.codec];
    const crf = this.#request.crf ?? defaults.crf;
    const rate = exactRate(this.#request.fps);
    const codec = Codec.findEncoderByName(name);
    if (!codec) throw new MediaError(`encoder ${name} is missing from this FFmpeg build`);
    this.#check(this.#format.allocOutputContext2(null, 'mp4', this.#path), 'open');
    const context = this.#codec;
    context.allocContext3(codec);
    context.width = this.width;
    context.height = this.height;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(rate.den, rate.num);
    context.framerate = new Rational(rate.num, rate.den);
    context.gopSize = this.#request.gop ?? defaults.gop;
    // x264 would take as many threads as the machine has processors, and its bytes follow their number and, in the last
    // rows of small pictures, their race.
    context.threadCount = 1;
    // Any bit rate here would override crf.
    context.bitRate = 0n;
    context.colorSpace = AVCOL_SPC_BT709;
    context.colorPrimaries = AVCOL_PRI_BT709;
    context.colorTrc = AVCOL_TRC_BT709;
    context.colorRange = AVCOL_RANGE_MPEG;
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    const opened = await context.open2(codec, Dictionary.fromObject({ ...options, crf }));
    if (opened < 0) {
      throw new MediaError(
        `${this.#path}: ${name} refuses ${this.width}x${this.height} at ${this.#request.fps} fps (${reason(opened)})`,
      );
    }
    this.#stream = this.#format.newStream(codec);
    this.#stream.timeBase = context.timeBase;
    this.#stream.avgFrameRate = context.framerate;
    this.#check(this.#stream.codecpar.fromContext(context), 'open');
    this.#format.url = `file:${resolve(this.#path)}`;
    this.#check(await this.#format.openOutput(), 'open');
    this.#open = true;
    this.#check(await this.#format.writeHeader(Dictionary.fromObject({ movflags: '+faststart' })), 'write');
  }

  async write(rgb: Uint8Array): Promise<void> {
    const { width, height } = this.#request;
    if (rgb.length !== width * height * 3) {
      throw new MediaError(
        `${this.#path}: a frame of ${rgb.length} bytes; ${width}x${height} RGB24 has ${width * height * 3}`,
      );
    }
    const source = Frame.fromVideoBuffer(Buffer.from(rgb.buffer, rgb.byteOffset, rgb.length), {
      width,
      height,
      format: AV_PIX_FMT_RGB24,
    });
    const yuv = this.#toYuv.run(source);
    source.free();
    try {
      yuv.pts = BigInt(this.#frames++);
      this.#check(await this.#codec.sendFrame(yuv), 'encode');
    } finally {
      yuv.free();
    }
    await this.#drain();
  }

  async finish(): Promise<number> {
    try {
      if (this.#frames === 0) throw new MediaError(`${this.#path}: a video needs at least one frame`);
      this.#check(await this.#codec.sendFrame(null), 'encode');
      await this.#drain();
      this.#check(await this.#format.writeTrailer(), 'write');
    } catch (error) {
      await this.abort();
      throw error;
    }
    await this.#close();
    return this.#frames;
  }

  async abort(): Promise<void> {
    await this.#close();
    await rm(this.#path, { force: true });
  }

  async #drain(): Promise<void> {
    for (;;) {
      const received = await this.#codec.receivePacket(this.#packet);
      if (received === EAGAIN || received === AVERROR_EOF) return;
      this.#check(received, 'encode');
      this.#packet.streamIndex = this.#stream.index;
      this.#packet.duration = 1n;
      this.#packet.rescaleTs(this.#codec.timeBase, this.#stream.timeBase);
      this.#check(await this.#format.interleavedWriteFrame(this.#packet), 'write');
    }
  }

  /** Once: a failed finish has closed already when its caller gives up. */
  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#open) await this.#format.closeOutput();
    this.#open = false;
    this.#toYuv.close();
    this.#codec.freeContext();
    this.#packet.free();
    this.#format.freeContext();
  }

  #check(code: number, doing: string): void {
    if (code < 0) throw new StoreError(`${this.#path}: cannot ${doing} the video (${reason(code)})`);
  }
}
