/**
 * Who a request comes from, and whether it may. A token comes as a bearer token, as the password of HTTP Basic
 * (so that a browser can ask for it), or in the cookie that POST /v1/session sets; never in an address.
 *
 * Without tokens a server answers this machine only, and web pages of other origins must not use that: the host
 * has to be a loopback name (against DNS rebinding), and a request that changes something has to come from this
 * origin or from no page at all (against cross-site requests).
 */
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { HttpProblem } from './problem.ts';
import { ROLES, type Role, type TokenBook, type TokenRecord } from './tokens.ts';

/** What a route needs; 'anyone' needs no token. */
export type Access = Role | 'anyone';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Whose token came with the request; null: none, or none is needed. */
    bearer: TokenRecord | null;
  }
}

export const COOKIE = 'understudy';

/** An address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost') return true;
  return isIP(bare) !== 0 && ipaddr.process(bare).range() === 'loopback';
}

/** The token of a request, however it came; null when there is none. */
function tokenOf({ headers }: FastifyRequest): string | null {
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ', 2);
  if (/^bearer$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) {
    const pair = Buffer.from(value, 'base64').toString('utf8');
    return pair.slice(pair.indexOf(':') + 1);
  }
  const cookie = (headers.cookie ?? '').split(/; */).find(one => one.startsWith(`${COOKIE}=`));
  return cookie ? cookie.slice(COOKIE.length + 1) : null;
}

/** Registers who is asking before, and what they may after, `limitRate`. */
export function identify(app: FastifyInstance, tokens: TokenBook): void {
  app.decorateRequest('bearer', null);
  app.addHook('onRequest', async request => {
    const token = tokens.required ? tokenOf(request) : null;
    request.bearer = token === null ? null : tokens.find(token);
  });
}

export function authorise(app: FastifyInstance, tokens: TokenBook): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!tokens.required) refuseForeignHost(request);
    refuseForeignPage(request);
    const { access = 'admin' } = request.routeOptions.config;
    if (!tokens.required || access === 'anyone' || request.is404) return;
    if (!request.bearer) {
      const scheme = request.headers.accept?.includes('text/html') ? 'Basic' : 'Bearer';
      reply.header('www-authenticate', `${scheme} realm="understudy"`);
      throw new HttpProblem(401, 'token', 'a token is needed: Authorization: Bearer understudy_…');
    }
    if (ROLES.indexOf(request.bearer.role) < ROLES.indexOf(access))
      throw new HttpProblem(
        403,
        'role',
        `this needs the role ${access}; the token ${request.bearer.id} has the role ${request.bearer.role}`,
      );
  });
}

/** Without tokens: only the names of this machine itself. */
function refuseForeignHost(request: FastifyRequest): void {
  // Also what the browser itself names: X-Forwarded-Host is whatever a page says it is.
  const named = (request.headers.host ?? '').replace(/:\d*$/, '');
  if (!isLoopback(request.hostname) || !isLoopback(named))
    throw new HttpProblem(
      403,
      'origin',
      `without tokens this server is reached as localhost or 127.0.0.1 only, not as ${JSON.stringify(request.hostname)}`,
    );
}

/** A page of another origin may neither change anything nor use a cookie. */
function refuseForeignPage(request: FastifyRequest): void {
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') refusePageOfOthers(request);
}

/** @throws HttpProblem when the request comes from a page of another origin */
export function refusePageOfOthers({ headers, host }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const foreign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (headers.origin !== undefined && !sameHost(headers.origin, host));
  if (foreign) throw new HttpProblem(403, 'origin', 'a request of another web page is refused');
}

/** Ports that the scheme implies are left out of both. */
function sameHost(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: asking } = new URL(origin);
  return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === asking;
}
