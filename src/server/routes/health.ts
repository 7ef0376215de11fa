/** Whether the server lives, whether it can work, and its numbers for Prometheus. */

import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import Type from 'typebox';
import { VERSION } from '../../version.ts';
import { HttpProblem } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import { answers } from '../schemas.ts';
import type { Services } from '../services.ts';

/** A part that takes longer to answer counts as not ready, ms. */
const READY_WITHIN_MS = 3_000;

const within = <T>(work: Promise<T>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} did not answer in ${READY_WITHIN_MS / 1000} s`)),
      READY_WITHIN_MS,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

export function healthRoutes(app: Api, { queue, store }: Services): void {
  app.get(
    '/healthz',
    {
      config: { access: 'anyone', rateLimit: false },
      schema: {
        tags: ['operations'],
        summary: 'Alive',
        response: { 200: Type.Object({ status: Type.String(), version: Type.String() }) },
      },
    },
    async () => ({ status: 'ok', version: VERSION }),
  );

  app.get(
    '/readyz',
    {
      config: { access: 'anyone', rateLimit: false },
      schema: {
        tags: ['operations'],
        summary: 'Able to work: the queue and the store answer, and the store can be written to',
        response: answers({ 200: Type.Object({ status: Type.String() }) }, 503),
      },
    },
    async request => {
      const parts = { queue: () => queue.depths().then(() => null), store: () => store.obstacle() };
      const obstacles = await Promise.all(
        Object.entries(parts).map(async ([name, ask]) => {
          const obstacle = await within(ask(), `the ${name}`).catch(error => {
            request.log.warn({ err: error }, `the ${name} is not ready`);
            return 'does not answer';
          });
          return obstacle === null ? [] : [`the ${name} ${obstacle}`];
        }),
      );
      if (obstacles.flat().length > 0)
        throw new HttpProblem(503, 'not-ready', `not ready: ${obstacles.flat().join(', ')}`);
      return { status: 'ready' };
    },
  );

  const registry = measure(app, { queue });
  app.get(
    '/metrics',
    {
      config: { access: 'read', rateLimit: false },
      schema: {
        tags: ['operations'],
        summary: 'Numbers in the text format of Prometheus',
        response: {
          ...answers({}, 401),
          200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } },
        },
      },
    },
    async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}

/** Requests by route (never by address), jobs by queue and state, and what Node says of this process. */
function measure(app: FastifyInstance, { queue }: Pick<Services, 'queue'>): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'understudy_' });
  const requests = new Histogram({
    name: 'understudy_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  new Gauge({
    name: 'understudy_queue_jobs',
    help: 'Jobs in a queue, by state',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      const depths = await within(queue.depths(), 'the queue').catch(() => ({}));
      for (const [name, states] of Object.entries(depths))
        for (const [state, count] of Object.entries(states)) this.set({ queue: name, state }, count);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    requests.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });
  return registry;
}
