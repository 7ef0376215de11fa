/** /v1/batches: lists of videos, submitted, watched and cancelled. */

import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { BatchItem, BatchSettings } from '../../../queue/types.ts';
import { batchOf, checkNames, judgeBody, LIST_TYPES } from '../batch-request.ts';
import { LIMITS } from '../limits.ts';
import { notFound } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import {
  answers,
  BatchBodySchema,
  BatchPageSchema,
  BatchQuerySchema,
  BatchSchema,
  BY_ID,
  bodyOf,
  PAGE_QUERY,
} from '../schemas.ts';
import type { Services } from '../services.ts';

type BatchBody = { items: BatchItem[]; priority?: number } & BatchSettings;

/** The body may be JSON or a list; lists have their settings in the query. */
export const listOrJson = (json: unknown) => ({
  content: {
    'application/json': { schema: json },
    ...Object.fromEntries(Object.keys(LIST_TYPES).map(type => [type, { schema: Type.String() }])),
  },
});

/** The media type of the body, without its parameters. */
export const typeOf = (request: FastifyRequest) =>
  (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();

export function batchRoutes(app: Api, { queue, registry, allowHosts }: Services): void {
  app.post<{
    Body: BatchBody | string;
    Querystring: Omit<BatchBody, 'items'>;
    Headers: Record<string, string>;
  }>(
    '/v1/batches',
    {
      config: { access: 'submit', rateLimit: { max: LIMITS.submitsPerMinute, timeWindow: 60_000 } },
      schema: {
        tags: ['batches'],
        summary: 'Submit videos',
        description:
          'JSON `{"items": [{"url", "task"?, "license"?, "start"?, "end"?}], "robot"?, …}`; or a list as text/csv (a header with ' +
          '`url`), application/x-ndjson or text/plain (one address a line), with the settings in the query. All rows are ' +
          'queued or none. With the same Idempotency-Key and body, the batch of the first time is given.',
        headers: Type.Object({
          'idempotency-key': Type.Optional(
            Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' }),
          ),
        }),
        querystring: BatchQuerySchema,
        body: listOrJson(bodyOf(BatchBodySchema)),
        response: answers(
          { 202: Type.Object({ id: Type.String(), jobs: Type.Integer() }) },
          400,
          401,
          403,
          409,
          413,
          415,
          503,
        ),
      },
    },
    async (request, reply) => {
      const { body } = request;
      const key = request.headers['idempotency-key'];
      const judged = judgeBody(body, typeOf(request), allowHosts);
      const { items: _, ...inBody } = typeof body === 'string' ? { items: null } : body;
      const settings = { ...request.query, ...inBody };
      checkNames(settings, registry);
      const batch = await queue.submit(batchOf(judged, settings, key));
      request.log.info({ batch: batch.id, jobs: batch.jobs }, 'batch submitted');
      return reply
        .code(202)
        .header('location', `/v1/batches/${batch.id}`)
        .send({ id: batch.id, jobs: batch.jobs });
    },
  );

  app.get(
    '/v1/batches',
    {
      config: { access: 'read' },
      schema: {
        tags: ['batches'],
        summary: 'Batches, newest first',
        querystring: Type.Object(PAGE_QUERY, { additionalProperties: false }),
        response: answers({ 200: BatchPageSchema }, 400, 401, 503),
      },
    },
    ({ query: { after, limit = LIMITS.page } }) => queue.batches({ after, limit }),
  );

  app.get(
    '/v1/batches/:id',
    {
      config: { access: 'read' },
      schema: {
        tags: ['batches'],
        summary: 'One batch, with its jobs counted by state',
        params: BY_ID,
        response: answers({ 200: BatchSchema }, 400, 401, 404, 503),
      },
    },
    async ({ params: { id } }) => (await queue.batch(id)) ?? missing(id),
  );

  app.delete(
    '/v1/batches/:id',
    {
      config: { access: 'submit' },
      schema: {
        tags: ['batches'],
        summary: 'Cancel a batch',
        description: 'What was not started never is, what runs is stopped; finished episodes stay.',
        params: BY_ID,
        response: answers({ 200: BatchSchema }, 400, 401, 403, 404, 503),
      },
    },
    async ({ params: { id } }) => (await queue.cancelBatch(id)) ?? missing(id),
  );
}

function missing(id: string): never {
  throw notFound('batch', id);
}
