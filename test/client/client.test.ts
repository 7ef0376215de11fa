/** The client and the OpenAPI document agree: every operation has a method, and what goes to and fro fits. */
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableFromIPC } from 'apache-arrow';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { type Client, connect, ProblemError, type TrajectoryJson } from '../../src/client/index.ts';
import { createApp } from '../../src/server/app.ts';
import { SHARED } from '../../src/server/schemas.ts';
import type { trajectoryJson } from '../../src/server/trajectory.ts';
import { type Corpus, corpus, FILM, record } from '../server/corpus.ts';

type Shape = TSchema & { $ref?: string; properties?: object };
type Content = Record<string, { schema: Shape }>;
interface Operation {
  tags: string[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

let services: Corpus;
let app: FastifyInstance;
let paths: Record<string, Record<string, Operation>>;
let server: Client;
/** Operations that were asked for. */
const asked = new Set<string>();
beforeAll(async () => {
  services = await corpus();
  app = await createApp(services);
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  ({ paths } = (await (await fetch(`${address}/openapi.json`)).json()) as { paths: typeof paths });
  server = connect(address, { fetch: checking });
});
afterAll(async () => {
  await app.close();
  await rm(services.root, { recursive: true });
});

/** `fetch` that holds requests and answers against the document. */
const checking: typeof fetch = async (input, init) => {
  const url = new URL(String(input));
  const method = (init?.method ?? 'GET').toLowerCase();
  const found = Object.entries(paths).find(([template, methods]) => {
    const pattern = template.replaceAll(/\{\*\}/g, '.+').replaceAll(/\{\w+\}/g, '[^/]+');
    return method in methods && new RegExp(`^${pattern}$`).test(url.pathname);
  });
  expect(found, `${method} ${url.pathname} is in the document`).toBeDefined();
  const [template, methods] = found!;
  const operation = methods[method];
  asked.add(`${method} ${template}`);
  const parameters = (operation.parameters ?? []).map(({ name }) => name);
  for (const name of url.searchParams.keys()) expect(parameters).toContain(name);
  const headers = new Headers(init?.headers);
  if (init?.body !== undefined) {
    const sent = operation.requestBody!.content[headers.get('content-type')!];
    expect(sent).toBeDefined();
    if (headers.get('content-type') === 'application/json') fits(sent.schema, JSON.parse(String(init.body)));
  }
  const response = await fetch(input, init);
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const told = operation.responses[String(response.status)];
  expect(told, `${method} ${template} may answer ${response.status}`).toBeDefined();
  if (type.endsWith('json')) {
    const content = told.content![type] ?? told.content!['application/octet-stream'];
    if (content.schema.$ref || content.schema.properties) fits(content.schema, await response.clone().json());
  }
  return response;
};

const context = Object.fromEntries(SHARED.map(schema => [(schema as { $id?: string }).$id!, schema]));
function fits(schema: Shape, value: unknown): void {
  const name = schema.$ref?.split('/').at(-1);
  const [wrong] = Value.Errors(context, name === undefined ? schema : context[name], value);
  expect(wrong, JSON.stringify(wrong)).toBeUndefined();
}

const URL_ = 'https://videos.example.org/pour.mp4';

test('a value that the document does not allow is noticed', () => {
  const ref = { $ref: '#/components/schemas/Batch' } as Shape;
  expect(() => fits(ref, { id: 'b', state: 'sleeping' })).toThrow();
  expect(() => fits({ $ref: '#/components/schemas/JobPage' } as Shape, { rows: [{}], next: null })).toThrow();
});

test('batches and jobs', async () => {
  const { id, jobs } = await server.submit(
    { items: [{ url: URL_, task: 'pour' }, { url: URL_ }], fps: 15 },
    'key-1',
  );
  expect(jobs).toBe(2);
  expect(
    await server.submit({ items: [{ url: URL_, task: 'pour' }, { url: URL_ }], fps: 15 }, 'key-1'),
  ).toEqual({ id, jobs });
  const { id: other } = await server.submit({
    text: `url,task\n${URL_},x\n`,
    type: 'text/csv',
    robot: 'g1-inspire',
  });
  expect((await server.batches({ limit: 1 })).rows.map(batch => batch.id)).toEqual([other]);
  expect(await server.batch(id)).toMatchObject({ state: 'queued', settings: { fps: 15 } });
  const { rows } = await server.jobs({ batch: id, state: 'queued', limit: 10 });
  expect(rows.map(job => job.item.task)).toEqual(['pour', undefined]);
  expect((await server.cancelJob(rows[0].id)).state).toBe('cancelled');
  expect((await server.retryJob(rows[0].id)).state).toBe('queued');
  expect((await server.job(rows[0].id)).batch).toBe(id);
  expect((await server.cancelBatch(id)).state).toBe('cancelled');
  for await (const { event } of server.batchEvents(id)) expect(['batch', 'end']).toContain(event);
  for await (const { event } of server.jobEvents(rows[0].id)) expect(['job', 'end']).toContain(event);
  expect(await server.validate({ items: [{ url: 'http://10.0.0.1/' }] })).toMatchObject([
    { ok: false, row: 1 },
  ]);
});

test('episodes and their files', async () => {
  const { rows, total } = await server.episodes({
    where: 'quality > 0.1',
    sort: 'task',
    minScore: 0.2,
    limit: 2,
  });
  expect([rows.length, total]).toEqual([2, 3]);
  const id = record(0).id;
  expect(await server.diversity()).toMatchObject({
    episodes: 3,
    grasps: { pinch: 6, open: 3 },
    wrists: [{ view: 'third-person', side: 'left', cell: [3, -2, 1], episodes: 3 }],
  });
  expect((await server.episode(id)).robot).toBe('h1-2-inspire');
  expect((await server.review(id, 'rejected', 'fell')).review?.reason).toBe('fell');
  expect((await server.unreview(id)).review).toBeNull();
  const trajectory = await server.trajectory(id);
  expect(tableFromIPC(await server.trajectoryArrow(id)).numRows).toBe(trajectory.q.length);
  const files = await server.episodeFiles(id);
  expect((await server.episodeFile(id, 'trajectory.q.npy')).length).toBe(
    files.find(({ name }) => name === 'trajectory.q.npy')!.bytes,
  );
  const arrays = await server.episodeArrays(id);
  const isArray = ({ name }: { name: string }) => /\.(json|npy)$/.test(name);
  expect([...arrays.keys()]).toEqual(files.filter(isArray).map(({ name }) => name));
  for (const [name, bytes] of arrays) expect(bytes).toEqual(await server.episodeFile(id, name));
  for (const name of ['film', 'preview'] as const)
    expect((await (await checking(server.pictureAddress(id, name))).arrayBuffer()).byteLength).toBe(
      FILM.length,
    );
  for (const name of ['poster', 'thumbnail'] as const)
    expect((await checking(server.pictureAddress(id, name))).status).toBe(404);
});

test('datasets', async () => {
  expect(await server.buildDataset({ name: 'cups', where: "task like '%cup%'" })).toMatchObject({
    state: 'queued',
    format: 'lerobot',
  });
  expect((await server.datasets()).rows.map(({ name }) => name)).toContain('cups');
  expect((await server.dataset('kitchen')).episodes).toBe(3);
  await expect(server.datasetFiles('cups')).rejects.toThrow(/no finished dataset "cups"/);
  const files = await server.datasetFiles('kitchen');
  expect(new TextDecoder().decode(await server.datasetFile('kitchen', 'meta/info.json'))).toBe('{}');
  expect(files.map(({ name }) => name)).toContain('meta/info.json');
  const { byteLength } = await new Response(await server.datasetArchive('kitchen')).arrayBuffer();
  expect(byteLength % 512).toBe(0);
  expect(server.archiveAddress('kitchen')).toMatch(/\/v1\/datasets\/kitchen\/download$/);
});

test('a dataset of another host', async () => {
  const files = new URL(server.remoteAddress('https://example.org/set?v=1'));
  expect([files.pathname, files.searchParams.get('address')]).toEqual([
    '/v1/remote/files/',
    'https://example.org/set?v=1',
  ]);
  await expect(server.remoteFile('http://10.0.0.1/', 'meta/info.json')).rejects.toThrow(
    /not a public address/,
  );
});

test('robots and sessions', async () => {
  const robots = await server.robots();
  const robot = await server.robot(robots[0].name);
  expect(robot.joints.length).toBeGreaterThan(robots[0].joints);
  expect(await server.session()).toEqual({ required: false, role: 'admin' });
  expect(await server.signIn('understudy_x')).toEqual({ required: false, role: 'admin' });
  await server.signOut();
});

test('a refusal is an error with the problem in it', async () => {
  const refused = await server.submit({ items: [{ url: 'file:///etc/passwd' }] }).catch(error => error);
  expect(refused).toBeInstanceOf(ProblemError);
  expect(refused.problem).toMatchObject({ status: 400, errors: [{ row: 1, subject: 'file:///etc/passwd' }] });
});

test('every operation has been asked for, but those for people who run the server', () => {
  const all = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => !tags.includes('operations'))
      .map(([method]) => `${method} ${template}`),
  );
  expect(all.length).toBeGreaterThan(25);
  expect(all.filter(operation => !asked.has(operation))).toEqual([]);
});

test('the document says of each operation what it is, what it takes and that it may be refused', () => {
  for (const [template, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      expect(operation).toMatchObject({ summary: expect.stringMatching(/\S/) });
      if (!template.startsWith('/v1')) continue;
      const statuses = Object.keys(operation.responses);
      expect(statuses, `${method} ${template}`).toContain('429');
      if (operation.parameters || operation.requestBody)
        expect(statuses, `${method} ${template}`).toContain('400');
      if (template.endsWith('/events')) expect(statuses, template).toContain('503');
      if (operation.responses['200']?.content?.['application/octet-stream'])
        expect(statuses, template).toEqual(expect.arrayContaining(['206', '416']));
    }
});

test('the types of the client are those that the server gives', () => {
  expectTypeOf<ReturnType<typeof trajectoryJson>>().toExtend<TrajectoryJson>();
});

test('the client needs nothing that a browser lacks', () => {
  const folder = fileURLToPath(new URL('../../src/client/', import.meta.url));
  for (const file of readdirSync(folder)) {
    const imports = [
      ...readFileSync(path.join(folder, file), 'utf8').matchAll(/^(?:import|export) [^;]*from '([^']+)'/gm),
    ];
    for (const [statement, target] of imports) {
      if (target.startsWith('./')) continue;
      expect(statement, `${file}: only types come from elsewhere`).toMatch(/^(import|export) type/);
      expect(target).toMatch(/^\.\.\/(core|\.\.\/queue)\//);
    }
  }
});
