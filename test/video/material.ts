/** Material for the tests of this room: the shared clips, and videos made on the spot. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BitStreamFilter,
  BitStreamFilterContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Packet,
  type Stream,
} from 'node-av/lib';
import { type Container, openContainer } from '../../src/video/container.ts';
import { type EncoderRequest, openEncoder } from '../../src/video/encode.ts';
import { type FrameRequest, type GridFrame, openFrames } from '../../src/video/frames.ts';
import { clips } from '../clips.ts';

export const clipsMissing = !existsSync(clips);
export const clip = (name: string): string => join(clips, name);

/** Frame `i` of the counter pattern: 8 columns, light where the bit of `i` is set, on a top-to-bottom ramp. */
export function counterFrame(i: number, width: number, height: number): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = (i >> Math.floor((x * 8) / width)) & 1;
      rgb.fill(
        bit ? 200 + (y * 40) / height : 20 + (y * 40) / height,
        (y * width + x) * 3,
        (y * width + x) * 3 + 3,
      );
    }
  }
  return rgb;
}

/** The number that a decoded counter frame shows. */
export function readCounter({ frame }: Pick<GridFrame, 'frame'>): number {
  const { width, height, data } = frame;
  const row = Math.floor(height / 2) * width;
  return Array.from(
    { length: 8 },
    (_, b) => Number(data[(row + Math.floor(((b + 0.5) * width) / 8)) * 3] > 128) << b,
  ).reduce((a, b) => a | b, 0);
}

/** A video of counter frames 0 … count-1. */
export async function counterVideo(
  path: string,
  count: number,
  request: Partial<EncoderRequest> = {},
): Promise<void> {
  const full: EncoderRequest = { width: 128, height: 64, fps: 30, codec: 'h264', ...request };
  const encoder = await openEncoder(path, full);
  for (let i = 0; i < count; i++) await encoder.write(counterFrame(i, full.width, full.height));
  await encoder.finish();
}

export async function readAll(path: string, request: FrameRequest): Promise<GridFrame[]> {
  const frames: GridFrame[] = [];
  for await (const frame of openFrames(path, request)) frames.push(frame);
  return frames;
}

/** Rewrite the display matrix of an mp4's track header (tkhd version 0: 40 bytes after its type). */
export function withMatrix(from: string, to: string, matrix: readonly number[]): void {
  const bytes = readFileSync(from);
  const at = bytes.indexOf('tkhd') + 4 + 40;
  for (const [i, value] of matrix.entries()) bytes.writeInt32BE(value, at + 4 * i);
  writeFileSync(to, bytes);
}

/** A copy without one top-level box. */
export function withoutBox(from: string, to: string, type: string): void {
  const bytes = readFileSync(from);
  const kept: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const box = bytes.subarray(at, at + bytes.readUInt32BE(at));
    if (box.toString('latin1', 4, 8) !== type) kept.push(box);
  }
  writeFileSync(to, Buffer.concat(kept));
}

/** The same pictures in another container, by the ending of `to`; decoded ahead of their time, as with B-frames. */
export async function remuxed(from: string, to: string, options: Record<string, string> = {}): Promise<void> {
  const source = await openContainer(from);
  await copyPackets(
    source,
    to,
    stream => {
      source.stream.codecpar.copy(stream.codecpar);
      stream.codecpar.codecTag = 0;
    },
    packet => {
      packet.dts = packet.pts - BigInt(Math.round(source.stream.timeBase.den / 10));
    },
    options,
  );
}

/** A copy of an H.264 film that names other colours (numbers of ITU-T H.273); its pictures are the same. */
export async function withColours(
  from: string,
  to: string,
  { transfer, primaries, matrix }: { transfer: number; primaries: number; matrix: number },
): Promise<void> {
  const source = await openContainer(from);
  const filter = new BitStreamFilterContext();
  filter.alloc(BitStreamFilter.getByName('h264_metadata')!);
  source.stream.codecpar.copy(filter.inputCodecParameters!);
  filter.inputTimeBase = source.stream.timeBase;
  for (const [name, value] of Object.entries({
    transfer_characteristics: transfer,
    colour_primaries: primaries,
    matrix_coefficients: matrix,
  }))
    FFmpegError.throwIfError(filter.setOption(name, value));
  FFmpegError.throwIfError(filter.init());
  await copyPackets(
    source,
    to,
    stream => {
      filter.outputCodecParameters!.copy(stream.codecpar);
      Object.assign(stream.codecpar, { colorTrc: transfer, colorPrimaries: primaries, colorSpace: matrix });
    },
    packet => {
      FFmpegError.throwIfError(filter.sendPacketSync(packet));
      FFmpegError.throwIfError(filter.receivePacketSync(packet));
    },
  );
  filter.free();
}

/** The packets of `source`, which is closed, into another file; `describe` says what they are, `change` makes them so. */
async function copyPackets(
  source: Container,
  to: string,
  describe: (stream: Stream) => void,
  change: (packet: Packet) => void,
  options: Record<string, string> = {},
): Promise<void> {
  const format = new FormatContext();
  format.allocOutputContext2(null, null, to);
  const stream = format.newStream();
  describe(stream);
  format.url = `file:${to}`;
  await format.openOutput();
  await format.writeHeader(Dictionary.fromObject(options));
  const packet = new Packet();
  packet.alloc();
  while (source.format.readFrameSync(packet) >= 0) {
    change(packet);
    packet.rescaleTs(source.stream.timeBase, stream.timeBase);
    await format.interleavedWriteFrame(packet);
  }
  await format.writeTrailer();
  await format.closeOutput();
  packet.free();
  source.close();
}
