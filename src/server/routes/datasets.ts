/** /v1/datasets: built by workers, fetched from here. */

import { stat } from 'node:fs/promises';
import path from 'node:path';
import Type from 'typebox';
import { EPISODE_NAMES } from '../../core/episode.ts';
import { parseWhere } from '../../dataset/where.ts';
import { filesOf } from '../folder.ts';
import { giveFile } from '../give-file.ts';
import { LIMITS } from '../limits.ts';
import { HttpProblem, notFound } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import {
  answers,
  bodyOf,
  DATASET_NAME,
  DatasetBodySchema,
  DatasetPageSchema,
  DatasetSchema,
  FilesSchema,
  fileAnswers,
  PAGE_QUERY,
} from '../schemas.ts';
import type { Services } from '../services.ts';
import { bodyFor, tarOf } from '../tar.ts';

const NAME = Type.Object({ name: Type.String({ pattern: DATASET_NAME }) });

export function datasetRoutes(app: Api, { queue, datasets, registry }: Services): void {
  const folderOf = async (name: string): Promise<string> => {
    const folder = path.join(datasets, name);
    // A dataset is put in its place whole, and stays there while it is built again.
    const found = await stat(folder).catch(() => null);
    if (!found?.isDirectory()) throw notFound('finished dataset', name);
    return folder;
  };

  app.post(
    '/v1/datasets',
    {
      config: { access: 'submit', rateLimit: { max: LIMITS.submitsPerMinute, timeWindow: 60_000 } },
      schema: {
        tags: ['datasets'],
        summary: 'Build a dataset, or bring it up to date',
        description:
          'A worker builds it; GET /v1/datasets/{name} says how far it is. Rejected episodes are left out.',
        body: bodyOf(DatasetBodySchema),
        response: answers({ 202: DatasetSchema }, 400, 401, 403, 409, 503),
      },
    },
    async ({ body: { name, where = '', format = 'lerobot' } }, reply) => {
      if (where.trim() !== '') parseWhere(where, EPISODE_NAMES);
      if (!registry.formats.includes(format))
        throw new HttpProblem(
          400,
          'UnknownNameError',
          `unknown format ${JSON.stringify(format)}; known: ${registry.formats.join(', ')}`,
        );
      const build = await queue.buildDataset({ name, where: where.trim(), format });
      return reply.code(202).header('location', `/v1/datasets/${name}`).send(build);
    },
  );

  app.get(
    '/v1/datasets',
    {
      config: { access: 'read' },
      schema: {
        tags: ['datasets'],
        summary: 'Datasets, newest first',
        querystring: Type.Object(
          { ...PAGE_QUERY, after: Type.Optional(NAME.properties.name) },
          { additionalProperties: false },
        ),
        response: answers({ 200: DatasetPageSchema }, 400, 401, 503),
      },
    },
    ({ query: { after, limit = LIMITS.page } }) => queue.datasets({ after, limit }),
  );

  app.get(
    '/v1/datasets/:name',
    {
      config: { access: 'read' },
      schema: {
        tags: ['datasets'],
        summary: 'One dataset and how its build gets on',
        params: NAME,
        response: answers({ 200: DatasetSchema }, 400, 401, 404, 503),
      },
    },
    async ({ params: { name } }) => {
      const build = await queue.dataset(name);
      if (!build) throw notFound('dataset', name);
      return build;
    },
  );

  app.get(
    '/v1/datasets/:name/download',
    {
      config: { access: 'read' },
      schema: {
        tags: ['datasets'],
        summary: 'The whole dataset as a tar archive',
        params: NAME,
        response: {
          ...answers({}, 400, 401, 404, 503),
          200: {
            description: 'The archive',
            content: { 'application/x-tar': { schema: Type.String({ format: 'binary' }) } },
          },
        },
      },
    },
    async ({ method, params: { name } }, reply) => {
      const { bytes, stream } = await tarOf(await folderOf(name), name);
      return reply
        .type('application/x-tar')
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="${name}.tar"`)
        .send(bodyFor(method, stream));
    },
  );

  app.get(
    '/v1/datasets/:name/files',
    {
      config: { access: 'read' },
      schema: {
        tags: ['datasets'],
        summary: 'The files of a finished dataset',
        params: NAME,
        response: answers({ 200: FilesSchema }, 400, 401, 404, 503),
      },
    },
    async ({ params: { name } }) => ({ files: await filesOf(await folderOf(name)) }),
  );

  app.get(
    '/v1/datasets/:name/files/*',
    {
      config: { access: 'read' },
      schema: {
        tags: ['datasets'],
        summary: 'One of them; Range is honoured',
        params: Type.Object({ ...NAME.properties, '*': Type.String({ maxLength: 500 }) }),
        response: fileAnswers(400, 401, 404, 503),
      },
    },
    async ({ params: { name, '*': file } }, reply) =>
      giveFile(reply, await folderOf(name), file, 'private, no-cache'),
  );
}
