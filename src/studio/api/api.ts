/**
 * The server that gave out this page, through the package's own client. Who is asking travels in a cookie that no
 * script can read. One listener is told of every answer, so that one place can say that the server is gone, or that
 * a token is needed.
 */
import { type Client, connect, ProblemError } from '../../client/index.ts';

export { ProblemError } from '../../client/index.ts';
export type Api = Client;

/** The server did not answer at all. */
export class OfflineError extends Error {
  constructor() {
    super('the server does not answer');
    this.name = 'OfflineError';
  }
}

export interface Listener {
  offline(): void;
  online(): void;
  unauthorised(): void;
}

/** What stands between may answer for a server that is gone. */
const GONE = new Set([502, 504]);

export function createApi(listener: Listener): Api {
  return connect('', {
    fetch: async (input, init) => {
      const response = await fetch(input, init).catch((error: Error) => {
        if (error.name === 'AbortError') throw error;
        listener.offline();
        throw new OfflineError();
      });
      if (GONE.has(response.status)) {
        listener.offline();
        throw new OfflineError();
      }
      listener.online();
      // Refusing a token that is being tried is the business of who tries it.
      if (response.status === 401 && !String(input).endsWith('/v1/session')) listener.unauthorised();
      return response;
    },
  });
}

/** Whether the server answers again. */
export const isHealthy = (): Promise<boolean> =>
  fetch('/healthz').then(
    ({ ok }) => ok,
    () => false,
  );

export const statusOf = (error: unknown): number | null =>
  error instanceof ProblemError ? error.problem.status : null;
