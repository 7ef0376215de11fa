/** What a video file is, before its pixels are read. */
import { AV_NOPTS_VALUE, AVFMT_TS_DISCONT } from 'node-av/constants';
import { avGetCodecName, type FormatContext, Packet, type Stream } from 'node-av/lib';
import { MediaError } from '../core/errors.ts';
import { type Container, openContainer } from './container.ts';
import { Decoder } from './decoder.ts';
import { orientation, uprightSize } from './orientation.ts';
import { pixelFormatName } from './picture.ts';

export interface MediaInfo {
  /** Upright size in square px: display matrix and sample aspect ratio applied. */
  width: number;
  height: number;
  /** Clockwise turn that the file asks for, degrees; already applied to width and height. */
  rotation: 0 | 90 | 180 | 270;
  /** Length of the video stream, s. */
  durationS: number;
  /** Stored pictures as the file declares them, or duration × rate: an estimate. */
  frames: number;
  /** Pictures per second on average. */
  averageFps: number;
  /** 'h264', 'hevc', 'vp9', 'av1', … */
  codec: string;
  /** 'yuv420p', 'yuv444p', … */
  pixelFormat: string;
  /** 35 mm equivalent focal length, mm, where the camera wrote it; else null. */
  focal35Mm: number | null;
  /** Tags of container and video stream. */
  tags: Record<string, string>;
}

/** A clock that goes back by more, or on by more, is another recording's, s; over less a picture is held. */
const [BACK_S, ON_S] = [1, 60];
/** Used only where a file declares no rate at all. */
const FALLBACK_FPS = 25;

/**
 * Read the header and decode the first picture, so that a file which passes is known to hold one. Of containers whose clock may
 * jump, such as transport streams, all packets are read.
 * @throws SourceError when the file is missing; MediaError when it is not a usable video.
 */
export async function probe(path: string): Promise<MediaInfo> {
  const container = await openContainer(path);
  try {
    const decoder = await Decoder.open(container, path);
    try {
      const first = decoder.next();
      if (!first) throw new MediaError(`${path}: damaged or truncated: not one picture can be decoded`);
      const pixelFormat = pixelFormatName(first.frame);
      first.frame.free();
      if ((container.format.iformat?.flags ?? 0) & AVFMT_TS_DISCONT) await checkClock(path);
      const told = describe(container.format, container.stream, pixelFormat);
      return saysItsLength(container) ? told : { ...told, ...(await lengthByPackets(path)) };
    } finally {
      decoder.close();
    }
  } finally {
    container.close();
  }
}

function describe(format: FormatContext, stream: Stream, pixelFormat: string): MediaInfo {
  const tags = { ...format.metadata?.getAll(), ...stream.metadata?.getAll() };
  const average = stream.avgFrameRate.num > 0 ? stream.avgFrameRate : stream.rFrameRate;
  const averageFps = average.num > 0 && average.den > 0 ? average.num / average.den : FALLBACK_FPS;
  const durationS = streamDurationS(format, stream, averageFps);
  return {
    ...uprightSize(stream),
    rotation: orientation(stream).rotation,
    durationS,
    frames: Number(stream.nbFrames) || Math.max(1, Math.round(durationS * averageFps)),
    averageFps,
    codec: avGetCodecName(stream.codecpar.codecId) ?? 'unknown',
    pixelFormat,
    focal35Mm: focal35Mm(tags),
    tags,
  };
}

const saysItsLength = ({ format, stream }: Container): boolean =>
  stream.duration > 0n || format.duration > 0n || Number(stream.nbFrames) > 0;

/** A recording that was never finished does not say how long it is: its packets do. */
async function lengthByPackets(path: string): Promise<Pick<MediaInfo, 'durationS' | 'frames'>> {
  let [begin, end, frames] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  await forEachPacket(path, ({ pts, duration }, secondsOf) => {
    if (pts === AV_NOPTS_VALUE) return;
    begin = Math.min(begin, secondsOf(pts));
    end = Math.max(end, secondsOf(pts + duration));
    frames++;
  });
  return { durationS: frames > 0 ? end - begin : 0, frames: Math.max(1, frames) };
}

/** Throws MediaError where recordings were joined with their clocks: what follows a jump would be lost, or the picture before it held. */
async function checkClock(path: string): Promise<void> {
  let last = Number.NaN;
  await forEachPacket(path, ({ dts }, secondsOf) => {
    if (dts === AV_NOPTS_VALUE) return;
    const now = secondsOf(dts);
    if (now < last - BACK_S || now > last + ON_S)
      throw new MediaError(
        `${path}: its clock jumps from ${last.toFixed(1)} s to ${now.toFixed(1)} s, as where recordings were joined; ` +
          'give its parts one by one, or write it anew (ffmpeg -i FILE -c copy OUT.mp4)',
      );
    last = now;
  });
}

/** Every packet of the video stream, as the file has them. */
async function forEachPacket(
  path: string,
  look: (packet: Packet, secondsOf: (ticks: bigint) => number) => void,
): Promise<void> {
  const { format, stream, close } = await openContainer(path);
  const packet = new Packet();
  packet.alloc();
  const { num, den } = stream.timeBase;
  const secondsOf = (ticks: bigint) => (Number(ticks) * num) / den;
  try {
    while (format.readFrameSync(packet) >= 0) {
      if (packet.streamIndex === stream.index) look(packet, secondsOf);
      packet.unref();
    }
  } finally {
    packet.free();
    close();
  }
}

/** The stream's own length where it has one: a container may last longer than its pictures. */
function streamDurationS(format: FormatContext, stream: Stream, averageFps: number): number {
  const { num, den } = stream.timeBase;
  if (stream.duration > 0n) return (Number(stream.duration) * num) / den;
  // The container's duration is in microseconds (AV_TIME_BASE).
  // Matroska counts it from time 0, however late its first picture comes.
  const before =
    format.iformat?.name?.startsWith('matroska') && format.startTime > 0n ? format.startTime : 0n;
  if (format.duration > before) return Number(format.duration - before) / 1e6;
  return Math.max(1, Number(stream.nbFrames)) / averageFps;
}

/** Apple's QuickTime key; the only one in common use that gives the focal length in 35 mm terms. */
function focal35Mm(tags: Record<string, string>): number | null {
  const mm = Number(tags['com.apple.quicktime.camera.focal_length.35mm_equivalent']);
  return mm > 0 ? mm : null;
}
