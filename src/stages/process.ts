/**
 * Work on media runs in a process of its own: a hostile or broken file can end that process, never this one,
 * and pixels never cross a process boundary: the child decodes, works, and leaves files behind.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environment } from '../config.ts';
import { MediaError, UnderstudyError } from '../core/errors.ts';
import type { MediaJobs } from './media-jobs.ts';

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

// Sources run as TypeScript in tests, as JavaScript when built.
const typescript = import.meta.url.endsWith('.ts');
const entry = fileURLToPath(
  new URL(typescript ? './media-process.ts' : './media-process.js', import.meta.url),
);

/**
 * Run one job of `media-jobs.ts` in a child process.
 * @throws the child's tagged error, or MediaError when the child died over the file.
 */
export function runMediaJob<N extends JobName>(
  job: N,
  args: JobArgs<N>,
  options: { report?: Report; signal?: AbortSignal } = {},
): Promise<JobResult<N>> {
  return new Promise((resolve, reject) => {
    const child = fork(entry, [], {
      execArgv: typescript ? ['--import', 'tsx'] : [],
      env: environment.forChildren(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Arguments are plain data, with infinities and typed arrays.
      serialization: 'advanced',
    });
    let complaint = '';
    child.stderr?.on('data', chunk => {
      complaint = (complaint + chunk).slice(-2000);
    });
    const stop = () => child.kill('SIGKILL');
    options.signal?.addEventListener('abort', stop, { once: true });
    let settled = false;
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      options.signal?.removeEventListener('abort', stop);
      finish();
      child.kill('SIGKILL');
    };
    child.on('message', (message: FromChild) => {
      if (message.kind === 'progress') options.report?.(message.done, message.total);
      else if (message.kind === 'result') settle(() => resolve(message.value as JobResult<N>));
      else
        settle(() =>
          reject(new UnderstudyError(message.tag, message.message, { retryable: message.retryable })),
        );
    });
    child.on('error', error => settle(() => reject(error)));
    child.on('exit', (code, signal) =>
      settle(() => {
        if (options.signal?.aborted) reject(options.signal.reason);
        else {
          const last = complaint.trim().split('\n').at(-1) ?? '';
          reject(
            new MediaError(
              `${args.path}: the ${job} process ended (${signal ?? `code ${code}`}) ${last}`.trim(),
            ),
          );
        }
      }),
    );
    child.send({ job, args } satisfies ToChild<N>);
  });
}
