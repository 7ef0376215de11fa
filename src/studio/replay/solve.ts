/** Asks a worker to retarget. One question at a time: a newer one ends the older. */
import type { SolveAnswer, SolveRequest } from './solver.ts';

export type Solved = Extract<SolveAnswer, { ok: true }>;

export interface Solver {
  /** null: a newer question came. Throws Error in the words of the worker. */
  solve(request: SolveRequest): Promise<Solved | null>;
  close(): void;
}

/** @param start makes the worker; where it comes from differs between the page and a file on disk. */
export function createSolver(start: () => Worker): Solver {
  let worker: Worker | null = null;
  let drop: (() => void) | null = null;
  const stop = () => {
    worker?.terminate();
    worker = null;
    drop?.();
    drop = null;
  };
  return {
    solve(request) {
      stop();
      return new Promise((resolve, reject) => {
        const own = start();
        worker = own;
        drop = () => resolve(null);
        own.addEventListener('message', ({ data }: MessageEvent<SolveAnswer>) => {
          drop = null;
          stop();
          if (data.ok) resolve(data);
          else reject(new Error(data.message));
        });
        own.addEventListener('error', event => {
          drop = null;
          stop();
          reject(new Error(event.message || 'the solver could not be started in this browser'));
        });
        own.postMessage(request);
      });
    },
    close: stop,
  };
}
