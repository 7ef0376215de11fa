/** Streams of events over a real connection: from the state to the end, and on from where a reader left. */
import { rm } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type EventMessage } from '../../src/client/index.ts';
import { createApp } from '../../src/server/app.ts';
import { until } from '../until.ts';
import { type Corpus, corpus } from './corpus.ts';

let services: Corpus;
let app: FastifyInstance;
let address: string;
beforeAll(async () => {
  services = await corpus();
  app = await createApp(services);
  address = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  await rm(services.root, { recursive: true });
});

const URL = 'https://videos.example.org/pour.mp4';
const submit = async (jobs: number) =>
  (await services.queue.submit({ items: Array.from({ length: jobs }, () => ({ url: URL })), settings: {} }))
    .id;
const stage = (job: string, done: number) =>
  services.queue.tell({ batch: job.split('-')[0], job, event: 'stage', stage: 'perceive', done, total: 9 });
const kinds = (messages: EventMessage[]) =>
  messages.map(({ event, data }) => ('state' in data ? `${event} ${data.state}` : event));

async function readAll(messages: AsyncIterable<EventMessage>): Promise<EventMessage[]> {
  const all: EventMessage[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

test('a batch from its state through its events to its end', async () => {
  const id = await submit(2);
  const reading = readAll(connect(address).batchEvents(id));
  await until(() => services.queue.readers > 0);
  services.queue.move(`${id}-0`, 'running');
  stage(`${id}-0`, 3);
  services.queue.move(`${id}-0`, 'completed');
  services.queue.move(`${id}-1`, 'completed');
  const messages = await reading;
  expect(kinds(messages)).toEqual([
    'batch queued',
    'state running',
    'stage',
    'state completed',
    'state completed',
    'batch completed',
    'end completed',
  ]);
  expect(messages[2]).toMatchObject({ data: { stage: 'perceive', done: 3, total: 9, job: `${id}-0` } });
  await until(() => services.queue.readers === 0);
});

test('a job hears of itself only', async () => {
  const id = await submit(2);
  const reading = readAll(connect(address).jobEvents(`${id}-1`));
  await until(() => services.queue.readers > 0);
  services.queue.move(`${id}-0`, 'running');
  services.queue.move(`${id}-1`, 'running');
  services.queue.move(`${id}-1`, 'failed', {
    error: { tag: 'MediaError', message: 'broken', retryable: false },
  });
  expect(kinds(await reading)).toEqual([
    'job queued',
    'state running',
    'state failed',
    'job failed',
    'end failed',
  ]);
});

test('who was away gets the rest, each event once', async () => {
  const id = await submit(1);
  const away = new AbortController();
  const before: string[] = [];
  const first = (async () => {
    for await (const message of connect(address).jobEvents(`${id}-0`, { signal: away.signal }))
      if ('id' in message && before.push(message.id) === 3) break;
  })();
  await until(() => services.queue.readers > 0);
  for (let i = 0; i < 5; i++) stage(`${id}-0`, i);
  await first;
  await until(() => services.queue.readers === 0);
  for (let i = 5; i < 8; i++) stage(`${id}-0`, i);
  services.queue.move(`${id}-0`, 'completed');
  const rest = await readAll(connect(address).jobEvents(`${id}-0`, { after: before[2] }));
  const events = rest.filter(message => 'id' in message);
  expect(events.map(({ data }) => ('done' in data ? data.done : 'state'))).toEqual([3, 4, 5, 6, 7, 'state']);
  expect(rest.at(-1)?.event).toBe('end');
});

test('a connection that breaks is taken up again by the client, without a gap', async () => {
  const id = await submit(1);
  let connections = 0;
  const breaking: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (++connections > 1) return response;
    const reader = response.body!.getReader();
    let chunks = 0;
    return new Response(
      new ReadableStream({
        async pull(controller) {
          const { value, done } = await reader.read();
          if (done || ++chunks > 2) {
            await reader.cancel();
            return controller.error(new Error('the cable was pulled'));
          }
          controller.enqueue(value);
        },
      }),
      response,
    );
  };
  const reading = readAll(connect(address, { fetch: breaking }).jobEvents(`${id}-0`));
  await until(() => services.queue.readers > 0);
  for (let i = 0; i < 6; i++) {
    stage(`${id}-0`, i);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await until(() => connections > 1);
  services.queue.move(`${id}-0`, 'completed');
  const events = (await reading).filter(({ event }) => event === 'stage');
  expect(events.map(({ data }) => ('done' in data ? data.done : null))).toEqual([0, 1, 2, 3, 4, 5]);
});

test('what is over says so and closes; what is not there is 404; what is no event is 400', async () => {
  const id = await submit(1);
  await services.queue.cancelBatch(id);
  expect(kinds(await readAll(connect(address).batchEvents(id)))).toEqual([
    'batch cancelled',
    'end cancelled',
  ]);
  await expect(readAll(connect(address).batchEvents('none'))).rejects.toMatchObject({
    problem: { status: 404 },
  });
  const wrong = await app.inject({
    url: `/v1/batches/${id}/events`,
    headers: { 'last-event-id': '$; DROP' },
  });
  expect(wrong.statusCode).toBe(400);
});

test('readers that leave are forgotten, and the server closes with readers in it', async () => {
  const other = await createApp(services);
  const where = await other.listen({ port: 0, host: '127.0.0.1' });
  const id = await submit(1);
  const leaving = new AbortController();
  const readers = Array.from({ length: 20 }, () =>
    readAll(connect(where).batchEvents(id, { signal: leaving.signal })),
  );
  await until(() => services.queue.readers === 20);
  leaving.abort();
  await Promise.all(readers);
  await until(() => services.queue.readers === 0);
  const staying = new AbortController();
  const last = readAll(connect(where).batchEvents(id, { signal: staying.signal }));
  await until(() => services.queue.readers === 1);
  await other.close();
  expect(services.queue.readers).toBe(0);
  staying.abort();
  await last;
});
