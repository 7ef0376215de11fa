/** Opening a media file: only local files, only real containers, and one clear line for what is wrong. */
import { open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_LOG_QUIET,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Dictionary, FFmpegError, FormatContext, Log, type Stream } from 'node-av/lib';
import { MediaError, SourceError } from '../core/errors.ts';

Log.setLevel(AV_LOG_QUIET);

/**
 * Demuxers that may open a file. Playlists (hls, concat, dash, …) are missing on purpose: they would make
 * a local file open other files or addresses.
 */
const CONTAINERS = 'mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg';

/** Larger pictures are refused before anything is allocated for them, px. 8192² holds 8K video either way up. */
const MAX_PIXELS = 8192 * 8192;

/** An open file and its one video stream. The owner calls `close`. */
export interface Container {
  format: FormatContext;
  stream: Stream;
  close(): void;
}

/**
 * Open `path` and find its video stream; every other stream is discarded unread.
 * @throws SourceError when the file is missing; MediaError when it is not a usable video.
 */
export async function openContainer(path: string): Promise<Container> {
  await checkFile(path);
  const format = new FormatContext();
  // `file:` keeps a path such as `concat:a|b` from being read as a protocol.
  const opened = await format.openInput(
    `file:${resolve(path)}`,
    null,
    Dictionary.fromObject({ protocol_whitelist: 'file', format_whitelist: CONTAINERS }),
  );
  if (opened < 0) throw await explainUnopened(path, opened);
  try {
    const found = await format.findStreamInfo();
    if (found < 0) throw new MediaError(`${path}: damaged: its streams cannot be read (${reason(found)})`);
    return { format, stream: videoStream(path, format), close: () => format.closeInputSync() };
  } catch (error) {
    format.closeInputSync();
    throw error;
  }
}

async function checkFile(path: string): Promise<void> {
  const unreadable = (cause: NodeJS.ErrnoException): never => {
    throw new SourceError(
      cause.code === 'ENOENT'
        ? `${path}: no such file`
        : `${path}: cannot be read (${cause.code ?? cause.message})`,
      cause,
    );
  };
  const info = await stat(path).catch(unreadable);
  if (!info.isFile()) throw new SourceError(`${path}: not a file; a single video file is needed here`);
  if (info.size === 0) throw new MediaError(`${path}: the file is empty (0 bytes); it holds no video`);
  // Before it is opened: some are kept in a container of videos, and would be videos of one picture.
  const text = (await readHead(path).catch(unreadable)).head.toString('latin1');
  const picture = PICTURES.find(([start]) => start.test(text));
  if (picture) throw new MediaError(`${path}: ${picture[1]}, not a video; convert it to mp4 if it moves`);
}

function videoStream(path: string, format: FormatContext): Stream {
  const streams = format.streams;
  const video = streams.filter(
    s => s.codecpar.codecType === AVMEDIA_TYPE_VIDEO && !s.hasDisposition(AV_DISPOSITION_ATTACHED_PIC),
  );
  if (video.length === 0) {
    const audio = streams.some(s => s.codecpar.codecType === AVMEDIA_TYPE_AUDIO);
    throw new MediaError(`${path}: ${audio ? 'only audio' : 'no video stream'}; a video stream is needed`);
  }
  const chosen = video.reduce((best, s) => (pixels(s) > pixels(best) ? s : best));
  if (pixels(chosen) === 0) throw new MediaError(`${path}: damaged: the video stream has no picture size`);
  if (pixels(chosen) > MAX_PIXELS) {
    const { width, height } = chosen.codecpar;
    throw new MediaError(
      `${path}: ${width}x${height} is too large; at most ${MAX_PIXELS} pixels are decoded`,
    );
  }
  for (const stream of streams) if (stream.index !== chosen.index) stream.discard = AVDISCARD_ALL;
  return chosen;
}

const pixels = (stream: Stream) => stream.codecpar.width * stream.codecpar.height;

/** FFmpeg's words for one of its error codes. */
export const reason = (code: number): string => FFmpegError.strerror(code);

/** FFmpeg only says "invalid data"; the first bytes of the file tell a person what it is instead. */
async function explainUnopened(path: string, code: number): Promise<MediaError> {
  const { head, size } = await readHead(path);
  const text = head.toString('latin1');
  const name = basename(path);
  if (text.startsWith('#EXTM3U')) {
    return new MediaError(`${path}: an HLS playlist, not a video; fetch the video itself`);
  }
  if (/^ffconcat\b/.test(text)) {
    return new MediaError(`${path}: a concat playlist, not a video; pass its files one by one`);
  }
  if (text.slice(4, 8) === 'ftyp' && !(await hasTopLevelBox(path, 'moov', size))) {
    return new MediaError(
      `${path}: truncated: its index (moov box) is missing; copy or download ${name} again`,
    );
  }
  if (/^\s*<(!doctype|html|\?xml|mpd)/i.test(text)) {
    return new MediaError(`${path}: an HTML or XML page, not a video`);
  }
  if (isText(head)) return new MediaError(`${path}: text, not a video`);
  return new MediaError(`${path}: not a video of a known container (${CONTAINERS}): ${reason(code)}`);
}

/** How files of pictures begin. */
const PICTURES: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, 'a JPEG picture'],
  [/^\x89PNG/, 'a PNG picture'],
  [/^GIF8/, 'a GIF'],
  [/^RIFF.{4}WEBP/s, 'a WebP picture'],
  // Major brands of stills (ISO/IEC 23008-12); sequences have others.
  [/^.{4}ftypavif/s, 'an AVIF picture'],
  [/^.{4}ftyp(hei[cxms]|mif1)/s, 'a HEIC picture'],
];

async function readHead(path: string): Promise<{ head: Buffer; size: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

const isText = (head: Buffer) => head.every(b => b >= 0x20 || b === 9 || b === 10 || b === 13);

/** Walk the boxes of an ISO base media file (ISO/IEC 14496-12, 4.2: 32-bit size, type, 64-bit size if 1). */
async function hasTopLevelBox(path: string, type: string, size: number): Promise<boolean> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(16);
    for (let at = 0; at + 8 <= size; ) {
      const { bytesRead } = await file.read(header, 0, 16, at);
      if (bytesRead < 8) return false;
      const short = header.readUInt32BE(0);
      const length = short === 1 && bytesRead === 16 ? Number(header.readBigUInt64BE(8)) : short;
      if (header.toString('latin1', 4, 8) === type) return at + length <= size;
      if (length < 8) return false;
      at += length;
    }
    return false;
  } finally {
    await file.close();
  }
}
