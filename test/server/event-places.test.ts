/** Places for streams of events: whoever leaves gives theirs back, however they leave. */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect as dial, type Socket } from 'node:net';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { createToken, openTokens } from '../../src/server/tokens.ts';
import { temporary } from '../temporary.ts';
import { type Corpus, corpus } from './corpus.ts';

vi.mock('../../src/server/limits.ts', async original => {
  const limits = await original<typeof import('../../src/server/limits.ts')>();
  return { ...limits, LIMITS: { ...limits.LIMITS, eventStreams: 2, eventStreamsEach: 1 } };
});

let services: Corpus;
let app: FastifyInstance;
let address: string;
let batch: string;
beforeAll(async () => {
  services = await corpus();
  app = await createApp(services);
  address = await app.listen({ port: 0, host: '127.0.0.1' });
  ({ id: batch } = await services.queue.submit({ items: [{ url: 'https://e.org/a.mp4' }], settings: {} }));
});
afterAll(async () => {
  await app.close();
  await rm(services.root, { recursive: true });
});

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise(resolve => setImmediate(resolve));
};
/** A client that asks for the batch's events and reads nothing, and the server's end of its connection. */
async function silent(): Promise<{ client: Socket; served: Socket }> {
  const accepted = once(app.server, 'connection') as Promise<[Socket]>;
  const client = dial(Number(new URL(address).port), '127.0.0.1').pause();
  client.write(`GET /v1/batches/${batch}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  return { client, served: (await accepted)[0] };
}
async function leave({ client, served }: Awaited<ReturnType<typeof silent>>): Promise<void> {
  const closed = new Promise(resolve => served.once('close', resolve));
  client.destroy();
  await closed;
}
/** The status that the next reader gets. */
async function nextReader(): Promise<number> {
  const reading = new AbortController();
  const { status } = await fetch(`${address}/v1/batches/${batch}/events`, { signal: reading.signal });
  reading.abort();
  await until(() => services.queue.readers === 0);
  return status;
}

test('one reader more than there are places is told so', async () => {
  const some = [await silent(), await silent()];
  await until(() => services.queue.readers === 2);
  expect((await fetch(`${address}/v1/batches/${batch}/events`)).status).toBe(503);
  for (const one of some) await leave(one);
  expect(await nextReader()).toBe(200);
});

test('a reader that asks twice on one connection and leaves gives both places back', async () => {
  const reader = await silent();
  reader.client.write(`GET /v1/batches/${batch}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  await until(() => services.queue.readers === 2);
  await leave(reader);
  expect(await nextReader()).toBe(200);
});

test('a reader that leaves while bytes wait for it gives its place back', async () => {
  const reader = await silent();
  await until(() => services.queue.readers === 1);
  const event = { batch, job: `${batch}-0`, event: 'stage', stage: 'x'.repeat(2 ** 20), done: 1, total: 2 };
  while (reader.served.writableLength === 0) {
    services.queue.tell(event);
    await new Promise(resolve => setImmediate(resolve));
  }
  await leave(reader);
  expect(await nextReader()).toBe(200);
});

test('a reader that leaves before its stream begins takes no place', async () => {
  let look: () => void = () => undefined;
  const looking = vi.spyOn(services.queue, 'batch').mockImplementationOnce(async id => {
    await new Promise<void>(resolve => (look = resolve));
    return services.queue.batch(id);
  });
  const reader = await silent();
  await until(() => looking.mock.calls.length === 1);
  await leave(reader);
  look();
  expect(await nextReader()).toBe(200);
});

test('HEAD opens no stream', async () => {
  for (const url of [`/v1/batches/${batch}/events`, `/v1/jobs/${batch}-0/events`])
    expect((await app.inject({ method: 'HEAD', url })).statusCode).toBe(404);
  expect(await nextReader()).toBe(200);
});

test('a token that has its share of the streams leaves the others to other tokens', async () => {
  const file = path.join(temporary(), 'tokens.json');
  const [mine, other] = ['mine', 'other'].map(label => createToken(file, 'read', label).token);
  const guarded = await createApp({ ...services, tokens: openTokens(file) });
  const place = await guarded.listen({ port: 0, host: '127.0.0.1' });
  const reading = new AbortController();
  const read = (token: string) =>
    fetch(`${place}/v1/batches/${batch}/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal: reading.signal,
    });
  expect((await read(mine)).status).toBe(200);
  const refused = await read(mine);
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({
    type: '/docs#busy',
    detail: 'this token has 1 streams of events open; close one first',
  });
  expect((await read(other)).status).toBe(200);
  reading.abort();
  await until(() => services.queue.readers === 0);
  await guarded.close();
});
