/** Fields that are null, of a JSON body and of its items, are fields that are not given: clients in many languages send them so. */
import type { FastifyInstance } from 'fastify';

/** Before bodies are held against their schemas. Lists of JSON lines read null the same way (src/sources/list.ts). */
export function dropNulls(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ body }) => {
    if (!isObject(body)) return;
    drop(body);
    if (Array.isArray(body['items'])) body['items'].filter(isObject).forEach(drop);
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function drop(fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(fields)) if (value === null) delete fields[name];
}
