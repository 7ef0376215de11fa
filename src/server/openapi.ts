/** /openapi.json, made of the routes themselves, and /docs, a page of it that needs no script. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { VERSION } from '../version.ts';
import { docsPage, type OpenApi, STYLE } from './docs-page.ts';

const TAGS = [
  { name: 'batches', description: 'Lists of videos to work on' },
  { name: 'jobs', description: 'Their single videos' },
  { name: 'events', description: 'What happens, as it happens' },
  { name: 'episodes', description: 'What came out: one demonstration told by one robot' },
  { name: 'files', description: 'Films, trajectories and arrays of an episode' },
  { name: 'datasets', description: 'Episodes put together for training' },
  { name: 'robots', description: 'What can be targeted' },
  { name: 'session', description: 'Tokens for pages' },
  { name: 'operations', description: 'For those who run the server' },
];

/** Before the routes. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Understudy',
        description:
          'Turns videos of people using their hands into humanoid robot demonstrations. In a body, null is the same as a field that is not given.',
        version: VERSION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: TAGS,
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    hideUntagged: true,
    refResolver: { buildLocalReference: json => String(json.$id) },
    transform: ({ schema, url, route }) => ({
      // Whoever needs no token is told so.
      schema: route.config?.access === 'anyone' ? { ...schema, security: [] } : schema,
      url,
    }),
  });
}

/** After the routes. */
export function docsRoutes(app: FastifyInstance): void {
  const anyone = { config: { access: 'anyone' as const }, schema: { hide: true } };
  let page: string | null = null;
  app.get('/openapi.json', anyone, async () => app.swagger());
  app.get('/docs', anyone, async (_, reply) => {
    page ??= docsPage(app.swagger() as unknown as OpenApi);
    return reply.type('text/html; charset=utf-8').send(page);
  });
  app.get('/docs/style.css', anyone, async (_, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
}
