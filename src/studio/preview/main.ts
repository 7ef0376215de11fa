/**
 * One episode in a file of its own: the page that `understudy preview --html` writes. The files of the episode are
 * inside it, as base64 in a `script` of type application/json, so it opens from a disk, without a server.
 */
import '../replay/replay.css';
import '../shell/theme.css';
import { openFiles } from '../../dataset/reader/dataset.ts';
import { blobFiles } from '../dataset/picked.ts';
import { replayOf } from '../dataset/stranger.ts';
import type { EpisodeFiles } from '../replay/files.ts';
import type { Replay } from '../replay/replay.ts';
import { openShard } from '../replay/shard.ts';
import SolverWorker from '../replay/solver.ts?worker&inline';
import { showReplay } from '../replay/view.ts';
import { h } from '../shell/element.ts';
import { notice } from '../shell/notice.ts';
import { startTheme, themeSwitch } from '../shell/theme.ts';

/** As src/cli/preview.ts writes it. */
interface Embedded {
  kind: 'shard' | 'dataset';
  /** Of a dataset. */
  episode: number;
  /** Path → base64. */
  files: Readonly<Record<string, string>>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  webp: 'image/webp',
  jpg: 'image/jpeg',
};

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
const blobOf = (path: string, base64: string): Blob =>
  new Blob([bytesOf(base64)], { type: MEDIA_TYPES[path.split('.').at(-1)!] });

async function replayOfPage(): Promise<Replay> {
  const text = document.getElementById('episode')?.textContent ?? '{"files":{}}';
  const { kind, files, episode } = JSON.parse(text) as Embedded;
  if (kind === 'shard') return openShard(embeddedFiles(files));
  const blobs = new Map(Object.entries(files).map(([path, base64]) => [path, blobOf(path, base64)]));
  return replayOf(await openFiles(blobFiles('the dataset', blobs), null), episode);
}

function embeddedFiles(files: Embedded['files']): EpisodeFiles {
  const read = async (name: string) => (name in files ? bytesOf(files[name]) : null);
  return {
    read,
    address: async name => (name in files ? URL.createObjectURL(blobOf(name, files[name])) : null),
  };
}

async function main(): Promise<void> {
  const askedAt = performance.now();
  startTheme();
  const bar = h(
    'header',
    { id: 'bar' },
    h('b', { class: 'brand' }, 'Understudy'),
    h('h1', {}),
    themeSwitch(),
  );
  const host = h('main', { id: 'main' });
  document.body.append(bar, host);
  try {
    const replay = await replayOfPage();
    document.title = `${replay.title} · Understudy`;
    bar.querySelector('h1')!.textContent = replay.title;
    showReplay(
      host,
      replay,
      { askedAt, startWorker: () => new SolverWorker() },
      new AbortController().signal,
    );
  } catch (error) {
    host.replaceChildren(notice('error', 'This episode cannot be shown', (error as Error).message));
  }
}

void main();
