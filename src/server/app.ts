/** The HTTP API: plugins, limits, routes. It does not listen; src/cli/serve.ts does. */
import type { Socket } from 'node:net';
import { AjvCompiler } from '@fastify/ajv-compiler';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import { fastifySSE } from '@fastify/sse';
import fastifyStatic from '@fastify/static';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { authorise, identify } from './access.ts';
import { HEARTBEAT_MS, LIMITS, PATIENCE, type Patience } from './limits.ts';
import { dropNulls } from './nulls.ts';
import { describeRoutes, docsRoutes } from './openapi.ts';
import { answerWithProblems, HttpProblem, sendProblem, toProblem } from './problem.ts';
import { batchRoutes } from './routes/batches.ts';
import { datasetRoutes } from './routes/datasets.ts';
import { episodeRoutes } from './routes/episodes.ts';
import { eventRoutes } from './routes/events.ts';
import { fileRoutes } from './routes/files.ts';
import { healthRoutes } from './routes/health.ts';
import { jobRoutes } from './routes/jobs.ts';
import { dashboardRoutes } from './routes/queues.ts';
import { remoteRoutes } from './routes/remote.ts';
import { robotRoutes } from './routes/robots.ts';
import { sessionRoutes } from './routes/session.ts';
import { validateRoutes } from './routes/validate.ts';
import { SHARED } from './schemas.ts';
import type { Services } from './services.ts';
import { studioRoutes } from './studio.ts';

export interface AppSettings {
  /** pino's options or a logger; false: silent. */
  logger?: FastifyServerOptions['logger'];
  loggerInstance?: FastifyBaseLogger;
  patience?: Patience;
  /** Requests that one token (or address, without tokens) may make in a minute. */
  ratePerMinute?: number;
  /** Whether X-Forwarded-… of a proxy in front are believed. */
  trustProxy?: boolean;
  /** Folder of the built page; null: none. */
  studio?: string | null;
}

/** Enough for a page that scrolls through thousands of thumbnails; a loop without a pause meets it. */
export const RATE_PER_MINUTE = 60_000;

export async function createApp(services: Services, settings: AppSettings = {}): Promise<FastifyInstance> {
  const app = createFastify(settings);
  for (const schema of SHARED) app.addSchema(schema);
  app.setSerializerCompiler(() => data => JSON.stringify(data));
  answerWithProblems(app);
  refuseCompressedBodies(app);
  logRequests(app);
  identify(app, services.tokens);
  await app.register(fastifyRateLimit, {
    max: settings.ratePerMinute ?? RATE_PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: request => request.bearer?.id ?? request.ip,
  });
  authorise(app, services.tokens);
  await app.register(fastifyHelmet, { contentSecurityPolicy: { directives: POLICY }, hsts: false });
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS });
  await describeRoutes(app);
  await app.register(async api => {
    await api.register(fastifyStatic, { root: '/', serve: false });
    api.addContentTypeParser(['text/csv', 'application/x-ndjson'], { parseAs: 'string' }, (_, body, done) =>
      done(null, body),
    );
    dropNulls(api);
    for (const add of [
      batchRoutes,
      jobRoutes,
      eventRoutes,
      episodeRoutes,
      fileRoutes,
      datasetRoutes,
      remoteRoutes,
      robotRoutes,
      validateRoutes,
      sessionRoutes,
      healthRoutes,
    ])
      add(api, services);
  });
  await app.register(async board => dashboardRoutes(board, services));
  docsRoutes(app);
  await app.register(async page => studioRoutes(page, settings.studio ?? null));
  return app;
}

/** Scripts, styles and connections of this origin only; films and pictures also from memory. */
const POLICY = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'media-src': ["'self'", 'blob:'],
  'connect-src': ["'self'", 'blob:'],
  'worker-src': ["'self'", 'blob:'],
  'object-src': ["'none'"],
  'frame-ancestors': ["'none'"],
  'upgrade-insecure-requests': null,
};

function createFastify({ logger = false, loggerInstance, patience = PATIENCE, trustProxy }: AppSettings) {
  return Fastify({
    ...(loggerInstance ? { loggerInstance } : { logger }),
    trustProxy: trustProxy ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: patience.requestMs,
    connectionTimeout: patience.silenceMs,
    http: {
      headersTimeout: patience.headersMs,
      connectionsCheckingInterval: Math.min(1_000, patience.headersMs / 2),
    },
    forceCloseConnections: true,
    requestIdHeader: false,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { maxParamLength: 500 },
    schemaController: { compilersFactory: { buildValidator } },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: refuseConnection,
  });
}

/** Everything in an address is a text that may mean a number; in a body a number is one. */
const buildValidator: ReturnType<typeof AjvCompiler> = externalSchemas => {
  const compilerOf = (coerceTypes: boolean) =>
    AjvCompiler()(externalSchemas, {
      customOptions: { removeAdditional: false, useDefaults: false, coerceTypes, strict: false },
    });
  const [loose, exact] = [compilerOf(true), compilerOf(false)];
  return route => ((route as { httpPart?: string }).httpPart === 'body' ? exact : loose)(route);
};

/** What never became a request: malformed, too long, or too slow. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, detail] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'the request took too long to arrive']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'the headers are longer than 16 KiB']
        : [400, 'this is no HTTP request'];
  const problem = toProblem(new HttpProblem(status as number, 'invalid', detail as string), '');
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** A line per request: what changes something or fails at info, the rest at debug. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, bearer } = request;
    const quiet = method === 'GET' && reply.statusCode < 400;
    request.log[quiet ? 'debug' : 'info'](
      {
        method,
        path: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...(bearer && { token: bearer.id }),
      },
      'request',
    );
  });
}

/** A compressed body says nothing of what it becomes. */
function refuseCompressedBodies(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return;
    reply.header('accept-encoding', 'identity');
    throw new HttpProblem(
      415,
      'media-type',
      `bodies are taken as they are, not as ${JSON.stringify(encoding)}`,
    );
  });
}
