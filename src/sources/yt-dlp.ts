/**
 * Video sites by an external yt-dlp, when it is there. It is given an argument array, never a shell; no configuration
 * of the user's; a proxy of ours, so that the address guard holds for whatever it fetches; and limits of size and time.
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { SourceError, SourceUnavailableError } from '../core/errors.ts';
import { openGuardedProxy } from './guarded-proxy.ts';

export interface YtDlpOptions {
  /** The program: a name or a path. */
  program: string;
  /** Folder for the file; what an earlier call has begun there is gone on with. */
  folder: string;
  allowHosts: readonly string[];
  maxBytes: number;
  /** s */
  maxSeconds: number;
  /** Environment of the program. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** Pictures alone, in one file that is fetched over http: no playlists, nothing to be put together afterwards. */
const FORMAT = 'bv*[protocol^=http][height<=1080]/b[protocol^=http]/bv*[protocol^=http]';
/** Pages, programs and second tries come through the proxy too, bytes. */
const OVERHEAD_BYTES = 64 * 2 ** 20;
/** What it says where a second try is of no use. */
const FOR_GOOD =
  /unavailable|private|removed|not exist|unsupported url|no video|copyright|members-only|not available in your country|HTTP Error 4(?:0[0-7]|1\d)/i;

/** Whether the program can be started. */
export function hasYtDlp(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (program === '') return Promise.resolve(false);
  return new Promise(resolve => {
    const child = spawn(program, ['--version'], { stdio: 'ignore', env, timeout: 20_000 });
    child.on('error', () => resolve(false)).on('exit', code => resolve(code === 0));
  });
}

const ytDlpArguments = (
  address: string,
  { folder, maxBytes }: Pick<YtDlpOptions, 'folder' | 'maxBytes'>,
  proxy: string,
): string[] => [
  '--ignore-config',
  '--no-cache-dir',
  '--no-playlist',
  '--no-progress',
  '--no-mtime',
  '--js-runtimes',
  'node',
  '--proxy',
  proxy,
  '--max-filesize',
  String(maxBytes),
  '--socket-timeout',
  '30',
  '--format',
  FORMAT,
  '--output',
  path.join(folder, 'video.%(ext)s'),
  '--print',
  'after_move:filepath',
  '--no-simulate',
  '--',
  address,
];

/**
 * Fetch the video of a page.
 * @throws SourceError when there is none, for good; SourceUnavailableError when it may work later
 */
export async function fetchByYtDlp(address: string, options: YtDlpOptions): Promise<string> {
  const { folder, allowHosts, maxBytes, maxSeconds, signal } = options;
  await mkdir(folder, { recursive: true });
  const proxy = await openGuardedProxy(allowHosts, maxBytes + OVERHEAD_BYTES);
  const timeout = AbortSignal.timeout(maxSeconds * 1000);
  try {
    const { code, complaint } = await finished(
      options,
      ytDlpArguments(address, options, proxy.address),
      signal ? AbortSignal.any([signal, timeout]) : timeout,
    );
    if (timeout.aborted)
      throw new SourceUnavailableError(`${address}: yt-dlp took longer than ${maxSeconds} s`);
    if (signal?.aborted) throw new SourceUnavailableError(`${address}: the download was stopped`);
    if (proxy.received().tooMany) throw tooLarge(address, maxBytes);
    if (code !== 0) {
      const why = [complaint, ...proxy.refused].filter(Boolean).join('; ').slice(0, 400);
      const message = `${address}: yt-dlp ended with code ${code}: ${why || 'it said nothing'}`;
      throw proxy.refused.length > 0 || FOR_GOOD.test(complaint)
        ? new SourceError(message)
        : new SourceUnavailableError(message);
    }
    const file = await videoIn(folder);
    // It leaves a file that is too large out, and ends well.
    if (!file) throw tooLarge(address, maxBytes);
    if ((await stat(file)).size <= maxBytes) return file;
    await rm(file);
    throw tooLarge(address, maxBytes);
  } finally {
    await proxy.close();
  }
}

const tooLarge = (address: string, maxBytes: number) =>
  new SourceError(`${address}: no video, or larger than the limit of ${maxBytes} bytes`);

/** The finished file, by the name that it was told: what the program prints is not trusted with paths. */
async function videoIn(folder: string): Promise<string | null> {
  const name = (await readdir(folder)).find(
    entry => /^video\.\w+$/.test(entry) && !/\.(part|ytdl)$/.test(entry),
  );
  return name ? path.join(folder, name) : null;
}

/** Run it in a process group of its own, so that what it starts ends with it. */
function finished(
  { program, env }: YtDlpOptions,
  words: readonly string[],
  signal: AbortSignal,
): Promise<{ code: number | null; complaint: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], env, detached: true });
    let said = '';
    const stop = () => {
      try {
        if (child.pid) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    child.stderr.on('data', chunk => {
      said = (said + chunk).slice(-4000);
    });
    child.on('error', error =>
      reject(new SourceUnavailableError(`${program} cannot be started: ${error.message}`, error)),
    );
    child.on('close', code => {
      signal.removeEventListener('abort', stop);
      const lines = said.split('\n').filter(line => line.trim() !== '');
      const complaint = lines.findLast(line => line.startsWith('ERROR')) ?? lines.at(-1) ?? '';
      resolve({ code, complaint });
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
