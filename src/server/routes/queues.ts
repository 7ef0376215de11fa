/** /queues: BullMQ's own dashboard, for administrators. */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';

const PREFIX = '/queues';

/** It styles its own elements; its scripts are files. The fonts that it asks another server for stay away. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'";

export async function dashboardRoutes(app: FastifyInstance, { boards }: Services): Promise<void> {
  if (boards.length === 0) return;
  const serverAdapter = new FastifyAdapter().setBasePath(PREFIX);
  createBullBoard({
    queues: boards.map(queue => new BullMQAdapter(queue)),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Understudy' } },
  });
  app.addHook('onRequest', async (_, reply) => {
    reply.header('content-security-policy', POLICY);
  });
  await app.register(serverAdapter.registerPlugin(), { prefix: PREFIX });
}
