/** Episodes over HTTP: found, paged, reviewed; their films in parts, their trajectories in three forms. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RecordBatchReader, tableFromIPC } from 'apache-arrow';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReviewedEpisode } from '../../src/core/episode.ts';
import { createApp } from '../../src/server/app.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { type Corpus, corpus, FILM, FRAMES, record } from './corpus.ts';

const EPISODES = 57;
let services: Corpus;
let app: FastifyInstance;
const ID = record(0).id;
beforeAll(async () => {
  services = await corpus(EPISODES);
  app = await createApp(services);
});
afterAll(async () => {
  await app.close();
  await rm(services.root, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
const list = async (query: string) => {
  const response = await get(`/v1/episodes?${query}`);
  return { ...response.json(), status: response.statusCode } as {
    status: number;
    rows: ReviewedEpisode[];
    next: string | null;
    total: number;
    detail: string;
  };
};

describe('finding', () => {
  test('by a condition and by single fields, together', async () => {
    const { rows, total } = await list(
      new URLSearchParams({
        where: "quality > 0.6 or task like '%jar%'",
        robot: 'h1-2-inspire',
        limit: '500',
      }).toString(),
    );
    const expected = Array.from({ length: EPISODES }, (_, i) => record(i)).filter(
      one => (one.score > 0.6 || one.task.includes('jar')) && one.robot === 'h1-2-inspire',
    );
    expect(total).toBe(expected.length);
    expect(rows.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
  });

  test('text with quotes is text', async () => {
    const { total } = await list(new URLSearchParams({ task: "baker's" }).toString());
    expect(total).toBe(Math.floor(EPISODES / 2));
    expect((await list(new URLSearchParams({ robot: "x' or 'a' = 'a" }).toString())).total).toBe(0);
  });

  test('pages follow each other, each episode once, in order, whatever is reviewed between', async () => {
    const seen: ReviewedEpisode[] = [];
    let after = '';
    do {
      const { rows, next } = await list(`sort=-score&limit=10${after && `&after=${after}`}`);
      seen.push(...rows);
      await services.catalogue.review(rows[0].id, 'accepted', '');
      after = next ?? '';
    } while (after);
    expect(seen).toHaveLength(EPISODES);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(EPISODES);
    expect(seen.every((one, i) => i === 0 || one.score <= seen[i - 1].score)).toBe(true);
  });

  test.each([
    ['where=quality%20%3E', /expected a number/],
    ['where=process.exit()', /expected/],
    ['where=qualty%20%3E%200.5', /expected a name out of id, task,/],
    ['where=quality.smothness%20%3E%200.5', /expected a name out of id, .*quality\.smoothness/],
    ['where=models.hand%20is%20null', /expected a name out of id, /],
    ['limit=0', /limit/],
    ['limit=501', /limit/],
    ['sort=password', /sort/],
    ['colour=red', /additional/],
    ['limit=1&limit=2', /limit/],
  ])('%s is refused with words', async (query, words) => {
    expect(await list(query)).toMatchObject({ status: 400, detail: expect.stringMatching(words) });
  });
});

describe('reviewing', () => {
  const put = (payload: object, id = ID) =>
    app.inject({ method: 'PUT', url: `/v1/episodes/${id}/review`, payload });
  test('a decision stays until it is taken back, and can be searched for', async () => {
    const put1 = await put({ decision: 'rejected', reason: '<b>dropped</b> the cup 😀' });
    expect(put1.json().review).toMatchObject({ decision: 'rejected', reason: '<b>dropped</b> the cup 😀' });
    expect((await list('review=rejected')).rows.map(({ id }) => id)).toEqual([ID]);
    expect(
      (await app.inject({ method: 'DELETE', url: `/v1/episodes/${ID}/review` })).json().review,
    ).toBeNull();
    expect((await list('review=rejected')).rows).toEqual([]);
  });

  test('an episode that has just appeared is rejected like any other', async () => {
    const catalogue = openCatalogue(services.store.documents, 1e9);
    await catalogue.entries();
    const own = await createApp({ ...services, catalogue });
    const id = 'e'.repeat(64);
    await services.store.documents.create(`episodes/${id}`, { ...record(0), id });
    const url = `/v1/episodes/${id}/review`;
    const response = await own.inject({ method: 'PUT', url, payload: { decision: 'rejected' } });
    expect(response.json().review).toMatchObject({ decision: 'rejected' });
    await services.catalogue.remove(id);
    await own.close();
  });

  test.each([
    [{ decision: 'maybe' }, 400],
    [{ reason: 'x' }, 400],
    [{ decision: 'rejected', reason: 'x'.repeat(1001) }, 400],
    [{ decision: 'rejected', reason: 'a\u0000b' }, 400],
  ])('%j is refused', async (body, status) => {
    expect((await put(body)).statusCode).toBe(status);
  });

  test('an episode that is not there has no review', async () => {
    expect((await put({ decision: 'accepted' }, 'f'.repeat(64))).statusCode).toBe(404);
  });
});

describe('files', () => {
  test('the film whole, a part, its end, and a part that is not there', async () => {
    const url = `/v1/episodes/${ID}/film`;
    const whole = await get(url);
    expect(whole.rawPayload.equals(FILM)).toBe(true);
    expect(whole.headers).toMatchObject({ 'content-type': 'video/mp4', 'accept-ranges': 'bytes' });
    const part = await get(url, { range: 'bytes=1000-1999' });
    expect(part.statusCode).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes 1000-1999/${FILM.length}`);
    expect(part.rawPayload.equals(FILM.subarray(1000, 2000))).toBe(true);
    expect((await get(url, { range: 'bytes=-500' })).rawPayload.equals(FILM.subarray(-500))).toBe(true);
    const beyond = await get(url, { range: 'bytes=999999-' });
    expect(beyond.statusCode).toBe(416);
    expect(beyond.json()).toMatchObject({ type: '/docs#range', detail: expect.stringMatching(/outside/) });
    const again = await get(url, { 'if-none-match': String(whole.headers.etag) });
    expect(again.statusCode).toBe(304);
  });

  test('what may need a token is kept by no cache that others share', async () => {
    for (const url of [`/v1/episodes/${ID}/film`, '/v1/datasets/kitchen/files/meta/info.json'])
      expect((await get(url)).headers['cache-control']).toMatch(/^private, /);
  });

  test('a preview that was not asked for is not there', async () => {
    expect((await get(`/v1/episodes/${ID}/preview`)).statusCode).toBe(200);
    expect((await get(`/v1/episodes/${record(1).id}/preview`)).statusCode).toBe(404);
  });

  test('all that the shard has, and each of it, byte for byte', async () => {
    const { files } = (await get(`/v1/episodes/${ID}/files`)).json() as {
      files: { name: string; bytes: number }[];
    };
    expect(files.map(({ name }) => name)).toContain('trajectory.q.npy');
    expect(files.map(({ name }) => name)).not.toContain('.hidden');
    for (const { name, bytes } of files)
      expect((await get(`/v1/episodes/${ID}/files/${name}`)).rawPayload).toHaveLength(bytes);
  });

  test.each([
    '../datasets/kitchen/meta/info.json',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2frecord.json',
    '....//record.json',
    '..%5c..%5crecord.json',
    '%252e%252e%252frecord.json',
    'film.mp4%00.json',
    '.hidden',
    '%2fetc%2fpasswd',
    '/etc/passwd',
    'C:%5cWindows',
    '.',
    '%2e',
    '%ff%fe',
    'a'.repeat(300),
  ])('%s leads nowhere', async name => {
    await writeFile(path.join(services.root, 'secret.json'), 'secret');
    for (const url of [`/v1/episodes/${ID}/files/${name}`, `/v1/datasets/kitchen/files/${name}`]) {
      const response = await get(url);
      expect([400, 404, 414]).toContain(response.statusCode);
      expect(response.headers['content-type']).toContain('application/problem+json');
    }
  });

  test.each(['..%2f..', '%00', 'a%2fb', "';--", 'é', '-x', 'a..b:c', '.hidden', 'x'.repeat(195)])(
    'the id %s leads nowhere',
    async id => {
      for (const url of [
        `/v1/episodes/${id}`,
        `/v1/episodes/${id}/film`,
        `/v1/jobs/${id}`,
        `/v1/datasets/${id}/download`,
      ])
        expect([400, 404]).toContain((await get(url)).statusCode);
    },
  );
});

describe('a trajectory', () => {
  const url = `/v1/episodes/${ID}/trajectory`;
  test('as JSON: a row of joints per frame, null where nothing is known', async () => {
    const trajectory = (await get(url)).json();
    expect(trajectory.robot).toBe('h1-2-inspire');
    expect(trajectory.q).toHaveLength(FRAMES);
    expect(trajectory.q[3]).toHaveLength(trajectory.jointNames.length);
    expect(trajectory.q[0][1]).toBeCloseTo(Math.sin(1), 6);
    expect(trajectory.positionResidual[0].map((value: number | null) => value === null)).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(trajectory.times[30]).toBeCloseTo(1);
  });

  test('as Arrow: the same numbers, read by Arrow itself', async () => {
    const response = await get(url, { accept: 'application/vnd.apache.arrow.stream' });
    const table = tableFromIPC(RecordBatchReader.from(response.rawPayload));
    const json = (await get(url)).json();
    expect(table.numRows).toBe(FRAMES);
    expect(table.schema.metadata.get('robot')).toBe('h1-2-inspire');
    expect(JSON.parse(table.schema.metadata.get('joint_names')!)).toEqual(json.jointNames);
    const row = [...table.getChild('q')!.get(7)] as number[];
    expect(row).toEqual(json.q[7]);
    expect([...table.getChild('status')!.get(7)].map(Number)).toEqual(json.status[7]);
  });

  test('as CSV: a header and a row per frame', async () => {
    const text = (await get(url, { accept: 'text/csv, application/json;q=0.5' })).body;
    const [header, ...rows] = text
      .trim()
      .split('\n')
      .map(line => line.split(','));
    const json = (await get(url)).json();
    expect(header.slice(0, 2)).toEqual(['time', json.jointNames[0]]);
    expect(rows).toHaveLength(FRAMES);
    expect(rows[5].slice(1, 1 + json.jointNames.length).map(Number)).toEqual(json.q[5]);
    expect(rows[0][header.indexOf('position_residual.left_hand')]).toBe('');
  });

  test('as a picture: 406', async () => {
    expect((await get(url, { accept: 'image/png' })).statusCode).toBe(406);
  });
});
