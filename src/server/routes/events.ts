/** Streams of server-sent events: how a batch or a job gets on. */

import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Batch, Job, JobEvent, JobState } from '../../../queue/types.ts';
import { onceGone } from '../gone.ts';
import { LIMITS } from '../limits.ts';
import { Mailbox } from '../mailbox.ts';
import { HttpProblem, notFound } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import { answers, BY_ID } from '../schemas.ts';
import type { Services } from '../services.ts';

/** How often the state itself is looked at, ms: after something happened, and at most. */
const LOOK_SOON_MS = 250;
const LOOK_LATE_MS = 5_000;

/** What a stream carries: events of the queue, and the whole state at its start and when it differs. */
type Message =
  | { id: string; event: JobEvent['event']; data: JobEvent }
  | { event: 'batch' | 'job'; data: Batch | Job }
  | { event: 'end'; data: { state: JobState } };

const OVER: readonly JobState[] = ['completed', 'failed', 'cancelled'];

/** HEAD would open a stream whose bytes go nowhere. */
const STREAMED = { sse: 'manual', exposeHeadRoute: false, config: { access: 'read' } } as const;

export function eventRoutes(app: Api, { queue }: Services): void {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  /** The token of each stream that is open; null: none is needed. */
  const open: (string | null)[] = [];

  async function stream(
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    kind: 'batch' | 'job',
    look: () => Promise<Batch | Job | null>,
  ) {
    const { id } = request.params;
    const after = request.headers['last-event-id'] as string | undefined;
    const now = await look();
    if (!now) throw notFound(kind, id);
    // Who left meanwhile closes no second time, and would keep a place for ever.
    if (reply.raw.destroyed) return;
    const token = request.bearer?.id ?? null;
    const own = open.filter(of => of === token).length;
    if (token !== null && own >= LIMITS.eventStreamsEach)
      throw new HttpProblem(429, 'busy', `this token has ${own} streams of events open; close one first`);
    if (open.length >= LIMITS.eventStreams)
      throw new HttpProblem(503, 'busy', `${open.length} streams of events are open; there may be no more`);
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    open.push(token);
    const leave = onceGone(request, reply, () => gone.abort());
    try {
      const events = queue.events({ [kind]: id, after }, signal);
      const sent = reply.sse.send(follow({ kind, now, look, events, resumed: after !== undefined, signal }));
      // A message that waits for a reader to catch up waits for ever once that reader has left.
      await Promise.race([sent, once(signal, 'abort')]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      leave();
      open.splice(open.indexOf(token), 1);
    }
  }

  const described = (kind: string) => ({
    tags: ['events'],
    summary: `How a ${kind} gets on, as server-sent events`,
    description:
      `Begins with \`${kind}\` (its whole state), goes on with \`state\`, \`stage\` and \`episode\` as they happen (of a ` +
      'batch also `cancelled`, when all of it is), and closes ' +
      'after `end`. With Last-Event-ID it goes on after that event.',
    params: BY_ID,
    headers: Type.Object({
      'last-event-id': Type.Optional(Type.String({ maxLength: 40, pattern: '^[0-9]+(-[0-9]+)?$' })),
    }),
    response: {
      ...answers({}, 400, 401, 404, 503),
      200: { description: 'Events', content: { 'text/event-stream': { schema: Type.String() } } },
    },
  });
  app.get('/v1/batches/:id/events', { ...STREAMED, schema: described('batch') }, (request, reply) =>
    stream(request, reply, 'batch', () => queue.batch(request.params.id)),
  );
  app.get('/v1/jobs/:id/events', { ...STREAMED, schema: described('job') }, (request, reply) =>
    stream(request, reply, 'job', () => queue.job(request.params.id)),
  );
}

interface Followed {
  kind: 'batch' | 'job';
  /** The state at the start. */
  now: Batch | Job;
  look: () => Promise<Batch | Job | null>;
  events: AsyncIterable<JobEvent>;
  /** Whether the reader was here before and has the state. */
  resumed: boolean;
  signal: AbortSignal;
}

/**
 * Messages of one stream until all is over, the reader leaves or the queue is lost. The state is looked at again
 * now and then, so that a lost event delays what a reader sees and never hides it.
 */
async function* follow({ kind, now, look, events, resumed, signal }: Followed): AsyncGenerator<Message> {
  const inbox = new Mailbox<JobEvent | 'look'>(LIMITS.eventsBehind);
  signal.addEventListener('abort', () => inbox.close(), { once: true });
  if (signal.aborted) return;
  void forward(events, inbox);
  let timer: NodeJS.Timeout | undefined;
  const lookWithin = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => inbox.push('look'), ms);
  };
  let told = summaryOf(now);
  lookWithin(resumed || OVER.includes(now.state) ? LOOK_SOON_MS : LOOK_LATE_MS);
  try {
    if (!resumed) yield { event: kind, data: now };
    for await (const event of inbox) {
      if (event !== 'look') {
        yield { id: event.id, event: event.event, data: event };
        if (event.event === 'cancelled' || (event.event === 'state' && OVER.includes(event.state)))
          lookWithin(LOOK_SOON_MS);
        continue;
      }
      const state = await look();
      if (!state) return;
      if (summaryOf(state) !== told) yield { event: kind, data: state };
      told = summaryOf(state);
      if (OVER.includes(state.state)) return yield { event: 'end', data: { state: state.state } };
      lookWithin(LOOK_LATE_MS);
    }
  } finally {
    clearTimeout(timer);
    inbox.close();
  }
}

/** A queue that is lost ends the stream; the reader comes back by itself. */
async function forward(events: AsyncIterable<JobEvent>, inbox: Mailbox<JobEvent | 'look'>): Promise<void> {
  try {
    for await (const event of events) inbox.push(event);
  } catch {
    // What was lost is in the log of the request that finds the queue gone.
  }
  inbox.close();
}

/** What makes a state worth telling again. */
const summaryOf = (state: Batch | Job): string =>
  JSON.stringify([state.state, 'counts' in state ? state.counts : null]);
