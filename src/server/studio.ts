/** The page that people use: static files beside the API, when they were built. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Serves `folder` at /; every file may be had by anyone, what it shows is asked of the API. */
export async function studioRoutes(app: FastifyInstance, folder: string | null): Promise<void> {
  if (folder === null || !existsSync(path.join(folder, 'index.html'))) {
    app.get('/', { config: { access: 'anyone' }, schema: { hide: true } }, (_, reply) =>
      reply.redirect('/docs'),
    );
    return;
  }
  app.addHook('onRoute', route => {
    route.config = { ...route.config, access: 'anyone', rateLimit: false };
    route.schema = { ...route.schema, hide: true };
  });
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: 'index.html',
    cacheControl: false,
    // Vite names what is in assets/ by its content.
    setHeaders(response, file) {
      const named = file.includes(`${path.sep}assets${path.sep}`);
      response.setHeader('cache-control', named ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
