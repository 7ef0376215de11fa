/** A database that answers and keeps nothing, as on a full disk. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../queue/backends/connections.ts';
import { openEmbedded } from '../../queue/backends/embedded.ts';
import { type OpenQueue, openQueue } from '../../queue/open.ts';
import { until } from '../until.ts';
import { type Database, startEmbedded } from './databases.ts';

let database: Database;
let queue: OpenQueue;
let ask: Connection;
let closeAsk: () => Promise<void>;

beforeAll(async () => {
  database = await startEmbedded();
  queue = await openQueue(database.url);
  // The same database.
  const { asking, close } = await openEmbedded(database.url.replace('embedded:', ''));
  [ask, closeAsk] = [asking, close];
});
afterAll(async () => {
  await closeAsk();
  await queue.close();
  await database.stop();
});

const sql = (text: string) => (ask as unknown as { query(text: string): Promise<unknown> }).query(text);

test('a worker whose database is full asks it again about once a second, and goes on when there is room', async () => {
  await sql(`CREATE FUNCTION bullmq.no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$`);
  await queue.queue('video').add('video', { job: 'one' });
  await sql('CREATE TRIGGER no_room BEFORE UPDATE ON bullmq.job EXECUTE FUNCTION bullmq.no_room()');
  const done: string[] = [];
  const worker = queue.worker('video', async ({ data }) => void done.push(data.job), { concurrency: 1 });
  let refusals = 0;
  let room: Promise<unknown> | null = null;
  worker.on('error', () => {
    // A worker that leaves no time for anything else would also keep this test from ending.
    if (++refusals === 50) room = sql('DROP TRIGGER no_room ON bullmq.job');
  });
  await worker.waitUntilReady();
  const running = worker.run();
  await until(() => refusals > 0);
  await new Promise(resolve => setTimeout(resolve, 1500));
  expect(refusals).toBeLessThan(5);
  await (room ?? sql('DROP TRIGGER no_room ON bullmq.job'));
  await until(() => done.length > 0);
  await worker.close();
  await running;
  expect(done).toEqual(['one']);
});
