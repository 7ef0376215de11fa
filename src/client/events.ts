/** Server-sent events over `fetch`, which can send a token where EventSource cannot. */
import type { Batch, Job, JobEvent, JobState } from '../../queue/types.ts';
import { type Ask, ProblemError } from './request.ts';

/** `batch` and `job` carry the whole state, `end` is the last one. */
export type EventMessage =
  | {
      [E in JobEvent['event']]: { event: E; id: string; data: Extract<JobEvent, { event: E }> };
    }[JobEvent['event']]
  | { event: 'batch'; data: Batch }
  | { event: 'job'; data: Job }
  | { event: 'end'; data: { state: JobState } };

/** Wait before a broken connection is taken up again, ms; doubled up to the longest. */
const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Messages until `end` or until `signal`; each event once, also when the connection breaks in between. */
export async function* follow(
  ask: Ask,
  path: string,
  { signal, after }: { signal?: AbortSignal; after?: string },
): AsyncGenerator<EventMessage> {
  let last = after;
  let wait = SHORTEST_WAIT_MS;
  while (!signal?.aborted) {
    try {
      const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) };
      const response = await ask('GET', path, { headers, signal });
      for await (const message of messagesOf(response)) {
        wait = SHORTEST_WAIT_MS;
        if ('id' in message) last = message.id;
        yield message;
        if (message.event === 'end') return;
      }
    } catch (error) {
      if (signal?.aborted) return;
      const final =
        error instanceof ProblemError && error.problem.status < 500 && error.problem.status !== 429;
      if (final) throw error;
    }
    await pause(wait, signal);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }
}

/** The stream as messages (HTML, 9.2.6); comments, which keep it alive, are left out. */
async function* messagesOf({ body }: Response): AsyncGenerator<EventMessage> {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(
          block.split('\n').map(line => {
            const colon = line.indexOf(':');
            return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
          }),
        );
        const data = fields.get('data');
        if (data === undefined) continue;
        const id = fields.get('id');
        yield {
          event: fields.get('event'),
          ...(id !== undefined && { id }),
          data: JSON.parse(data),
        } as EventMessage;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
