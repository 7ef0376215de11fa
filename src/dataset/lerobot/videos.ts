/** Video files written as a stream: several episodes in each, one behind the other, as they were encoded. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { throwStoreFault } from '../../core/faults.ts';
import { openSplice, type VideoSpan, type VideoSplice } from '../../video/splice.ts';
import { type FilePlace, fileName, placeOf } from './layout.ts';

/** Where an episode's pictures are: in which file, and from when to when, s. */
export interface VideoPlace extends FilePlace {
  fromS: number;
  toS: number;
}

export interface VideoFolder {
  /** Add an episode's pictures. Throws MediaError, and leaves nothing behind, when they are not there. */
  append(span: VideoSpan): Promise<VideoPlace>;
  /** Finish the last file. */
  close(): Promise<void>;
  /** Give up the open file. */
  abort(): Promise<void>;
}

export interface VideoFolderOptions {
  fps: number;
  limitBytes: number;
  chunksSize: number;
  /** Files that are there already: the first one written is the next. */
  files: number;
}

/** Files chunk-000/file-000.mp4, … under `dir`. Memory holds the index of one file. */
export function openVideoFolder(dir: string, options: VideoFolderOptions): VideoFolder {
  const { fps, limitBytes, chunksSize } = options;
  let files = options.files;
  let current: VideoSplice | null = null;

  async function next(): Promise<VideoSplice> {
    await current?.finish();
    current = null;
    const file = path.join(dir, fileName(placeOf(files, chunksSize), 'mp4'));
    await mkdir(path.dirname(file), { recursive: true }).catch(error => throwStoreFault(file, error));
    current = openSplice(file, fps, limitBytes);
    files += 1;
    return current;
  }

  return {
    async append(span) {
      let splice = current ?? (await next());
      let from = splice.frames;
      if (!(await splice.append(span))) {
        splice = await next();
        from = 0;
        await splice.append(span);
      }
      const place = placeOf(files - 1, chunksSize);
      return { ...place, fromS: from / fps, toS: (from + span.frames) / fps };
    },
    async close() {
      const last = current;
      current = null;
      await last?.finish();
    },
    async abort() {
      const last = current;
      current = null;
      await last?.abort();
    },
  };
}
