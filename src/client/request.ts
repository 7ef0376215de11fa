/** One request: the token, the body, and what a refusal says. */
import type { Problem } from '../core/api.ts';

export interface ConnectOptions {
  /** Sent as a bearer token; a page that signed in needs none. */
  token?: string;
  /** Instead of the global one. */
  fetch?: typeof fetch;
}

/** A request that was refused; the message is the problem's detail. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

interface Sent {
  /** An object is sent as JSON; `{ text, type }` as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** @throws ProblemError when the server refuses; what `fetch` throws when it cannot be reached */
export type Ask = (method: string, path: string, sent?: Sent) => Promise<Response>;

export function asker(address: string, { token, fetch: ask = globalThis.fetch }: ConnectOptions): Ask {
  const root = address.replace(/\/$/, '');
  return async (method, path, { body, headers, signal } = {}) => {
    const { content, type } = written(body);
    const response = await ask(root + path, {
      method,
      headers: {
        ...(type && { 'content-type': type }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: content,
      signal,
      credentials: 'same-origin',
    });
    if (!response.ok) throw new ProblemError(await problemOf(response));
    return response;
  };
}

function written(body: unknown): { content?: string; type?: string } {
  if (body === undefined) return {};
  if (typeof body === 'object' && body !== null && 'text' in body && 'type' in body)
    return { content: String(body.text), type: String(body.type) };
  return { content: JSON.stringify(body), type: 'application/json' };
}

/** What the server says, or, when something in between answered, what can be said of it. */
async function problemOf(response: Response): Promise<Problem> {
  const { status, statusText: title } = response;
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.detail === 'string') return problem;
  } catch {
    // No problem details: a proxy, or another server.
  }
  return {
    type: 'about:blank',
    title,
    status,
    detail: `${response.url} answered ${status} ${title}`,
    instance: '',
  };
}
