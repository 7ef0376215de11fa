/** A token as a cookie, for what a page cannot send headers with: films, downloads, the dashboard of the queue. */

import Type from 'typebox';
import type { Session } from '../../core/api.ts';
import { COOKIE } from '../access.ts';
import { HttpProblem } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import { answers } from '../schemas.ts';
import type { Services } from '../services.ts';

/** Not readable by scripts, not sent by other sites, gone with the browser's session. */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

export function sessionRoutes(app: Api, { tokens }: Services): void {
  app.get(
    '/v1/session',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['session'],
        summary: 'Whether a token is needed, and what this one may do',
        response: answers({
          200: Type.Object({
            required: Type.Boolean({ description: 'whether this server needs tokens' }),
            role: Type.Union([Type.String(), Type.Null()], {
              description: 'read, submit or admin; null: a token is needed and none or an unknown one came',
            }),
          }),
        }),
      },
    },
    async (request): Promise<Session> => ({
      required: tokens.required,
      role: tokens.required ? (request.bearer?.role ?? null) : 'admin',
    }),
  );

  app.post(
    '/v1/session',
    {
      config: { access: 'anyone', rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: {
        tags: ['session'],
        summary: 'Keep a token in a cookie that scripts cannot read',
        body: Type.Object(
          { token: Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9_-]+$' }) },
          { additionalProperties: false },
        ),
        response: answers(
          { 200: Type.Object({ required: Type.Boolean(), role: Type.String() }) },
          400,
          401,
          403,
        ),
      },
    },
    async ({ body: { token }, protocol }, reply): Promise<Session> => {
      if (!tokens.required) return { required: false, role: 'admin' };
      const found = tokens.find(token);
      if (!found) throw new HttpProblem(401, 'token', 'this token is not known here');
      const secure = protocol === 'https' ? '; Secure' : '';
      reply.header('set-cookie', `${COOKIE}=${token}; ${ATTRIBUTES}${secure}`);
      return { required: true, role: found.role };
    },
  );

  app.delete(
    '/v1/session',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['session'],
        summary: 'Forget the cookie',
        response: answers({ 204: Type.Null() }, 403),
      },
    },
    async (_, reply) => reply.header('set-cookie', `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`).code(204).send(),
  );
}
