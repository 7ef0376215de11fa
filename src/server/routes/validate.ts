/** /v1/validate: what would be refused, before it is submitted. */
import type { BatchItem } from '../../../queue/types.ts';
import type { Verdict } from '../../core/api.ts';
import { judgeBody } from '../batch-request.ts';
import type { Api } from '../schema-types.ts';
import { answers, bodyOf, ValidateBodySchema, VerdictsSchema } from '../schemas.ts';
import type { Services } from '../services.ts';
import { listOrJson, typeOf } from './batches.ts';

export function validateRoutes(app: Api, { allowHosts }: Services): void {
  app.post<{ Body: { items: BatchItem[] } | string }>(
    '/v1/validate',
    {
      config: { access: 'read' },
      schema: {
        tags: ['batches'],
        summary: 'Judge a list without submitting it',
        description:
          'The same bodies as POST /v1/batches. Nothing is fetched and no name is looked up, so an address may still be refused later.',
        body: listOrJson(bodyOf(ValidateBodySchema)),
        response: answers({ 200: VerdictsSchema }, 400, 401, 413, 415),
      },
    },
    async (request): Promise<{ rows: Verdict[] }> => {
      const judged = judgeBody(request.body, typeOf(request), allowHosts);
      return {
        rows: judged.map(({ row, item: { url }, error }) => ({
          row,
          url,
          ok: error === null,
          reason: error?.reason ?? null,
        })),
      };
    },
  );
}
