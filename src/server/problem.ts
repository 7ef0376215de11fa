/** Errors as problem details (RFC 9457): the one place where an error becomes a status. */
import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../core/api.ts';
import { isUnderstudyError } from '../core/errors.ts';

/** What is wrong with one row of a list, or one field of a body. */
export type Fault = NonNullable<Problem['errors']>[number];

/** A request that is answered with `status`; `detail` says what would be right. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly tag: string;
  readonly errors?: Fault[];

  constructor(status: number, tag: string, detail: string, errors?: Fault[]) {
    super(detail);
    this.status = status;
    this.tag = tag;
    this.errors = errors;
  }

  /** As Fastify's own errors have it: the dashboard of the queue answers by itself, and looks for no other. */
  get statusCode(): number {
    return this.status;
  }
}

export const notFound = (kind: string, id: string) =>
  new HttpProblem(404, 'not-found', `there is no ${kind} ${JSON.stringify(id)}`);

/** Statuses of tagged errors: 400 the request is wrong, 409 it comes at the wrong time, 503 try again later. */
const STATUS: Readonly<Record<string, number>> = {
  ConfigError: 400,
  UnknownNameError: 400,
  ListError: 400,
  RefusedAddressError: 400,
  SourceError: 400,
  WhereError: 400,
  ConflictError: 409,
  DatasetError: 409,
  ReplacedError: 503,
  SourceUnavailableError: 503,
  StoreError: 503,
  QueueError: 503,
};

/** Tags whose messages name hosts and folders of ours: they stay in the log. */
const OWN = ['QueueError', 'StoreError'];

/** Fastify's own refusals, by their code. */
const CODES: Readonly<Record<string, { status: number; tag: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, tag: 'too-large' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, tag: 'media-type' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, tag: 'syntax' },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, tag: 'syntax' },
};

const DEFECT = 'the server failed; its log has the details under this instance';

/** `error` as a problem. Only messages written for people leave the server; a defect's stay in its log. */
export function toProblem(error: unknown, instance: string): Problem {
  const made = (status: number, tag: string, detail: string, errors?: Fault[]): Problem => ({
    type: `/docs#${tag}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance,
    ...(errors && { errors }),
  });
  if (error instanceof HttpProblem) return made(error.status, error.tag, error.message, error.errors);
  if (isUnderstudyError(error)) {
    const status = STATUS[error.tag] ?? 500;
    const detail = OWN.includes(error.tag) ? PROBLEM_KINDS[error.tag] : error.message;
    return made(status, error.tag, status === 500 ? DEFECT : detail);
  }
  const { code = '', statusCode = 500, validation, validationContext, message } = error as FastifyError;
  if (validation)
    return made(
      400,
      'invalid',
      `${validationContext} is not as documented: ${message}`,
      validation.map(({ instancePath, message: reason }) => ({
        row: null,
        subject: `${validationContext}${instancePath}`,
        reason: reason ?? 'invalid',
      })),
    );
  if (code in CODES) return made(CODES[code].status, CODES[code].tag, message);
  if (statusCode === 416) return made(416, 'range', 'the range lies outside of the file');
  if (statusCode === 429) return made(429, 'rate', message);
  if (statusCode >= 400 && statusCode < 500) return made(statusCode, 'invalid', message);
  return made(500, 'defect', DEFECT);
}

/** Answer with the problem; defects are logged as errors. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request.id);
  if (problem.status >= 500) request.log.error({ err: error }, problem.detail);
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

/** Every fault of `app` is answered as a problem, also before a route is found. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      new HttpProblem(
        404,
        'not-found',
        `nothing at ${request.method} ${request.url.split('?')[0]}; /docs lists what is`,
      ),
      request,
      reply,
    ),
  );
}

/** Kinds of problems with a sentence each, for the documentation page. */
export const PROBLEM_KINDS: Readonly<Record<string, string>> = {
  invalid: 'A field of the body, address or query is not as documented; `errors` names it.',
  syntax: 'The body is not JSON, or not CSV.',
  'too-large': 'The body or the list is longer than this server takes.',
  'media-type': 'The body is of another type than those listed, or compressed.',
  ListError: 'Rows of a list cannot be used; `errors` names each. Nothing was queued.',
  RefusedAddressError: 'Addresses that are never fetched; `errors` names each. Nothing was queued.',
  ConfigError: 'A setting, or a place in a list, that the program refuses.',
  UnknownNameError: 'A robot, estimator or format that is not there; the names that are follow.',
  WhereError: 'The condition in `where` cannot be read.',
  token: 'A token is needed, and none or an unknown one came: Authorization: Bearer ….',
  role: 'The token is known, but its role may not do this.',
  origin: 'The request comes from another web page, or names this server by an unexpected host.',
  'not-found': 'Nothing has this address or id.',
  conflict: 'The state does not allow it, such as retrying a job that runs.',
  ConflictError: 'The Idempotency-Key was used for another request.',
  DatasetError: 'A dataset that cannot be built or read as asked.',
  ReplacedError: 'A dataset was replaced by another one while it was read; try again.',
  'not-acceptable': 'None of the types in Accept can be given.',
  range: 'The range lies outside of the file.',
  rate: 'Too many requests; Retry-After says when to come back.',
  QueueError: 'The queue does not answer; nothing is lost, try again.',
  StoreError: 'The store does not answer or is full; nothing is lost, try again.',
  'not-ready': 'The queue or the store cannot be worked with now; `detail` says which and why.',
  SourceUnavailableError: 'A source did not answer; try again.',
  busy: 'As many streams of events are open as there may be; come back later.',
  defect: 'A fault of the server itself; its log has the details under `instance`.',
};
