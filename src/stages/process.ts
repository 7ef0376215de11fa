/**
 * Work on media runs in processes of its own: a hostile or broken file can end such a process, never this one,
 * and pixels never cross a process boundary: the child decodes, works, and answers with plain data or files.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { environment } from '../config.ts';
import { MediaError, UnderstudyError } from '../core/errors.ts';
import { throwStoreFault } from '../core/faults.ts';
import type { MediaJobs } from './media-jobs.ts';
import { residentBytes } from './memory.ts';

export type JobName = keyof MediaJobs;
export type JobArgs<N extends JobName> = Parameters<MediaJobs[N]>[0];
export type JobResult<N extends JobName> = Awaited<ReturnType<MediaJobs[N]>>;

/** Frames done so far, and how many there will be (an estimate until the end is seen). */
export type Report = (done: number, total: number) => void;

export type ToChild<N extends JobName = JobName> = { job: N; args: JobArgs<N> };
export type FromChild =
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'result'; value: unknown }
  | { kind: 'error'; tag: string; message: string; retryable: boolean };

export interface JobOptions {
  report?: Report;
  signal?: AbortSignal;
}

// Sources run as TypeScript in tests, as JavaScript when built.
const typescript = import.meta.url.endsWith('.ts');
const entry = fileURLToPath(
  new URL(typescript ? './media-process.ts' : './media-process.js', import.meta.url),
);

/** Hours of computing give way to who waits for an answer: a server beside, a person at the machine. */
export const MEDIA_PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

/**
 * A process is replaced when it has worked for so long, ms: networks, encoders and decoders give back less than they took, by
 * 100 MB in half an hour. And when it has done one kind of work for so long, before it begins the other: an encoder takes
 * 100 MB on top of networks that are no longer needed. To load them again takes a hundredth of it.
 */
const LIFE_MS = 600_000;
const ONE_KIND_MS = 20_000;

const encodes = (job: JobName): boolean => job === 'film' || job === 'preview';

/** Signals that a process does not raise by its own faults. */
const FROM_OUTSIDE: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/** How often the memory of a process at work is looked at, ms. */
const WATCH_EVERY_MS = 500;

/** One child process, which does one job at a time and keeps what it has loaded (networks) for the next. */
class MediaProcess {
  readonly #child: ChildProcess;
  readonly #memoryBytes: number;
  #complaint = '';
  #workedMs = 0;
  /** The work of one kind that it has done last. */
  #lately = { encodes: false, ms: 0 };

  /** @throws StoreError when the system has no room for another process. */
  static async start(memoryBytes: number): Promise<MediaProcess> {
    const child = await MediaProcess.#spawn().catch(error => throwStoreFault('a process for media', error));
    try {
      setPriority(child.pid!, MEDIA_PRIORITY);
    } catch {
      // It works without; and if it has ended already, its job says so.
    }
    return new MediaProcess(child, memoryBytes);
  }

  static async #spawn(): Promise<ChildProcess> {
    const child = fork(entry, [], {
      execArgv: typescript ? ['--import', 'tsx'] : [],
      env: environment.forChildren(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Arguments and results are plain data, with infinities and typed arrays.
      serialization: 'advanced',
    });
    await once(child, 'spawn');
    return child;
  }

  private constructor(child: ChildProcess, memoryBytes: number) {
    this.#child = child;
    this.#memoryBytes = memoryBytes;
    // A job that cannot be sent to it ends with it.
    child.on('error', () => this.close());
    child.stderr?.on('data', chunk => {
      this.#complaint = (this.#complaint + chunk).slice(-2000);
    });
  }

  /** Whether the next job, of that name, is better done by a new process. */
  isSpentFor(job: JobName): boolean {
    const another = this.#lately.encodes !== encodes(job);
    return !this.alive || this.#workedMs >= LIFE_MS || (another && this.#lately.ms >= ONE_KIND_MS);
  }

  get alive(): boolean {
    const { connected, exitCode, signalCode, killed } = this.#child;
    return connected && exitCode === null && signalCode === null && !killed;
  }

  run<N extends JobName>(
    job: N,
    args: JobArgs<N>,
    { report, signal }: JobOptions = {},
  ): Promise<JobResult<N>> {
    const child = this.#child;
    const begin = performance.now();
    return new Promise((resolve, reject) => {
      const stop = () => child.kill('SIGKILL');
      let working = true;
      let tooMuch = false;
      const watch = setInterval(async () => {
        const bytes = await residentBytes(child.pid!);
        // Meanwhile the process may have begun another job.
        if (!working || bytes === null || bytes <= this.#memoryBytes) return;
        tooMuch = true;
        stop();
      }, WATCH_EVERY_MS);
      const settle = (finish: () => void) => {
        working = false;
        clearInterval(watch);
        this.#worked(job, performance.now() - begin);
        signal?.removeEventListener('abort', stop);
        child.off('message', onMessage).off('exit', onExit);
        finish();
      };
      const onMessage = (message: FromChild) => {
        if (message.kind === 'progress') report?.(message.done, message.total);
        else if (message.kind === 'result') settle(() => resolve(message.value as JobResult<N>));
        else {
          const { tag, retryable } = message;
          settle(() => reject(new UnderstudyError(tag, message.message, { retryable })));
        }
      };
      const onExit = (code: number | null, killed: NodeJS.Signals | null) =>
        settle(() => {
          if (signal?.aborted) return reject(signal.reason);
          if (tooMuch) {
            const limit = `${Math.round(this.#memoryBytes / 2 ** 20)} MiB`;
            return reject(
              new MediaError(
                `${args.path}: the ${job} process was ended: it held more than the ${limit} allowed`,
              ),
            );
          }
          const last = this.#complaint.trim().split('\n').at(-1) ?? '';
          const said = `${args.path}: the ${job} process ended (${killed ?? `code ${code}`}) ${last}`.trim();
          // Somebody else ended it, the system when memory was short: no fault of the file.
          const retryable = killed !== null && FROM_OUTSIDE.includes(killed);
          reject(new UnderstudyError('MediaError', said, { retryable }));
        });
      child.on('message', onMessage).on('exit', onExit);
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted) stop();
      child.send({ job, args } satisfies ToChild<N>);
    });
  }

  #worked(job: JobName, ms: number): void {
    this.#workedMs += ms;
    const same = this.#lately.encodes === encodes(job);
    this.#lately = { encodes: encodes(job), ms: ms + (same ? this.#lately.ms : 0) };
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}

/** A few media processes that share the jobs; started when first needed, replaced when one has died, or when it has worked for long. */
export class MediaPool {
  readonly size: number;
  readonly #memoryBytes: number;
  /** Places for processes that no job has; null: without one. The last is taken first. */
  readonly #free: (MediaProcess | null)[];
  readonly #waiting: ((place: MediaProcess | null) => void)[] = [];
  #closed = false;

  /**
   * @param size processes at most: one per processor keeps them busy, since each works on one thread
   * @param memoryBytes a process that holds more is ended, where the system tells how much it holds
   */
  constructor(size: number, memoryBytes = Infinity) {
    this.size = size;
    this.#memoryBytes = memoryBytes;
    this.#free = new Array(size).fill(null);
  }

  /**
   * Run one job of `media-jobs.ts` in the next free process.
   * @throws the child's tagged error; MediaError when the child died over the file; the signal's reason; StoreError when
   * the system has no room for another process.
   */
  async run<N extends JobName>(job: N, args: JobArgs<N>, options: JobOptions = {}): Promise<JobResult<N>> {
    let child = await this.#take();
    try {
      options.signal?.throwIfAborted();
      if (!child || child.isSpentFor(job)) {
        child?.close();
        child = await MediaProcess.start(this.#memoryBytes);
      }
      return await child.run(job, args, options);
    } finally {
      this.#release(child);
    }
  }

  close(): void {
    this.#closed = true;
    for (const child of this.#free) child?.close();
  }

  #take(): Promise<MediaProcess | null> | MediaProcess | null {
    const place = this.#free.pop();
    return place === undefined ? new Promise(resolve => this.#waiting.push(resolve)) : place;
  }

  #release(child: MediaProcess | null): void {
    if (this.#closed) {
      child?.close();
      return;
    }
    const next = this.#waiting.shift();
    if (next) next(child);
    else if (child?.alive) this.#free.push(child);
    else this.#free.unshift(null);
  }
}
