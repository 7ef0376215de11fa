/** Places in lists, on every backend: what `next` gave leads on, and nothing else gives the first page again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenQueue, openQueue } from '../../queue/open.ts';
import type { QueueClient } from '../../queue/types.ts';
import { hasPostgres, hasRedis, startPostgres, startRedis } from './databases.ts';

const embedded = async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'understudy-embedded-'));
  return { url: `embedded:${dir}`, stop: async () => rmSync(dir, { recursive: true, force: true }) };
};
const backends = [
  { name: 'Redis', there: hasRedis, begin: startRedis },
  { name: 'PostgreSQL', there: hasPostgres, begin: startPostgres },
  { name: 'in this process', there: true, begin: embedded },
];

describe.each(backends)('lists on $name', ({ there, begin }) => {
  let database: { url: string; stop(): Promise<void> };
  let queue: OpenQueue;
  let client: QueueClient;
  beforeAll(async () => {
    if (!there) return;
    database = await begin();
    queue = await openQueue(database.url);
    ({ client } = queue);
  });
  afterAll(async () => {
    if (!there) return;
    await queue.close();
    await database.stop();
  });
  const check = test.skipIf(!there);

  check('begin and end empty', async () => {
    const none = { rows: [], next: null };
    expect(await client.batches({ limit: 2 })).toEqual(none);
    expect(await client.jobs({ limit: 2 })).toEqual(none);
    expect(await client.datasets({ limit: 2 })).toEqual(none);
    expect(await client.datasets({ after: 'x', limit: 2 })).toEqual(none);
  });

  check('lead on by `next`, each row once', async () => {
    for (let i = 0; i < 3; i++) {
      const items = Array.from({ length: 3 }, (_, n) => ({ url: `https://e.org/${i}/${n}.mp4` }));
      await client.submit({ items, settings: {} });
      await client.buildDataset({ name: `d${i}`, where: '', format: 'lerobot' });
      // The newest first: by the millisecond.
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    const pages = async <T>(ask: (after?: string) => Promise<{ rows: T[]; next: string | null }>) => {
      const rows: T[] = [];
      let after: string | undefined;
      do {
        const page = await ask(after);
        rows.push(...page.rows);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return rows;
    };
    const urls = (await pages(after => client.jobs({ after, limit: 2 }))).map(({ item }) => item.url);
    expect(urls).toEqual([2, 1, 0].flatMap(i => [0, 1, 2].map(n => `https://e.org/${i}/${n}.mp4`)));
    expect(
      new Set((await pages(after => client.batches({ after, limit: 2 }))).map(({ id }) => id)).size,
    ).toBe(3);
    const built = await pages(after => client.datasets({ after, limit: 2 }));
    expect(built.map(({ name }) => name)).toEqual(['d2', 'd1', 'd0']);
  });

  check('a place that no page gave is refused, or has nothing after it', async () => {
    for (const after of [
      'garbage',
      '',
      'a\0b',
      '(1',
      `${'z'.repeat(400)}-00000000`,
      `${'z'.repeat(400)}-00000000-1`,
    ]) {
      await expect(client.batches({ after, limit: 2 })).rejects.toMatchObject({ tag: 'ConfigError' });
      await expect(client.jobs({ after, limit: 2 })).rejects.toThrow(/'after' is no place in this list/);
    }
    expect(await client.datasets({ after: 'x', limit: 2 })).toEqual({ rows: [], next: null });
    expect((await client.batches({ after: '000000-00000000', limit: 2 })).rows).toEqual([]);
    expect((await client.jobs({ after: '000000-00000000-0', limit: 2 })).rows).toEqual([]);
  });
});
