/** /v1/jobs: the single videos of batches. */

import Type from 'typebox';
import { LIMITS } from '../limits.ts';
import { HttpProblem, notFound } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import {
  answers,
  BY_ID,
  bodyOf,
  ID,
  JobPageSchema,
  JobSchema,
  JobStateSchema,
  PAGE_QUERY,
} from '../schemas.ts';
import type { Services } from '../services.ts';

export function jobRoutes(app: Api, { queue }: Services): void {
  app.get(
    '/v1/jobs',
    {
      config: { access: 'read' },
      schema: {
        tags: ['jobs'],
        summary: 'Jobs, of a batch, in a state, or all',
        querystring: Type.Object(
          {
            batch: Type.Optional(ID),
            state: Type.Optional(bodyOf(JobStateSchema)),
            ...PAGE_QUERY,
          },
          { additionalProperties: false },
        ),
        response: answers({ 200: JobPageSchema }, 400, 401, 503),
      },
    },
    ({ query: { batch, state, after, limit = LIMITS.page } }) => queue.jobs({ batch, state, after, limit }),
  );

  app.get(
    '/v1/jobs/:id',
    {
      config: { access: 'read' },
      schema: {
        tags: ['jobs'],
        summary: 'One job: its stage, its error, its episodes and what was rejected',
        params: BY_ID,
        response: answers({ 200: JobSchema }, 400, 401, 404, 503),
      },
    },
    async ({ params: { id } }) => (await queue.job(id)) ?? missing(id),
  );

  app.delete(
    '/v1/jobs/:id',
    {
      config: { access: 'submit' },
      schema: {
        tags: ['jobs'],
        summary: 'Cancel a job',
        params: BY_ID,
        response: answers({ 200: JobSchema }, 400, 401, 403, 404, 503),
      },
    },
    async ({ params: { id } }) => (await queue.cancelJob(id)) ?? missing(id),
  );

  app.post(
    '/v1/jobs/:id/retry',
    {
      config: { access: 'submit' },
      schema: {
        tags: ['jobs'],
        summary: 'Queue a failed or cancelled job again',
        description: 'What was finished before is not done again.',
        params: BY_ID,
        response: answers({ 202: JobSchema }, 400, 401, 403, 404, 409, 503),
      },
    },
    async ({ params: { id } }, reply) => {
      const job = (await queue.job(id)) ?? missing(id);
      if (job.state !== 'failed' && job.state !== 'cancelled')
        throw new HttpProblem(
          409,
          'conflict',
          `job ${id} is ${job.state}; only failed and cancelled ones are retried`,
        );
      return reply.code(202).send((await queue.retryJob(id)) ?? missing(id));
    },
  );
}

function missing(id: string): never {
  throw notFound('job', id);
}
