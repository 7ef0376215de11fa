/** /v1/remote: files of datasets that lie elsewhere, for a page that may talk to this server only. */
import Type from 'typebox';
import { askDatasetFile } from '../../sources/dataset-file.ts';
import { guardedAgent } from '../../sources/guard.ts';
import { refusePageOfOthers } from '../access.ts';
import { onceGone } from '../gone.ts';
import { LIMITS } from '../limits.ts';
import { HttpProblem, notFound } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import { fileAnswers } from '../schemas.ts';
import type { Services } from '../services.ts';

export function remoteRoutes(app: Api, { allowHosts }: Services): void {
  const agent = guardedAgent(allowHosts);
  app.addHook('onClose', () => agent.destroy());
  let open = 0;

  app.get(
    '/v1/remote/files/*',
    {
      config: {
        access: 'submit',
        rateLimit: { max: LIMITS.remotePerMinute, timeWindow: 60_000 },
      },
      schema: {
        tags: ['datasets'],
        summary: 'A file of a LeRobot dataset at another address; Range is honoured',
        description:
          'Read through by this server, from public addresses only, without cookies or tokens: ' +
          '`meta/*.json`, `.jsonl` and `.parquet`, `data/*.parquet` and `videos/*.mp4` below `address`.',
        params: Type.Object({ '*': Type.String({ maxLength: 500 }) }),
        querystring: Type.Object(
          {
            address: Type.String({
              maxLength: LIMITS.urlLength,
              description: 'where meta/, data/ and videos/ begin; its query goes to every file',
            }),
          },
          { additionalProperties: false },
        ),
        response: fileAnswers(400, 401, 403, 404, 503),
      },
    },
    async (request, reply) => {
      // It changes nothing here, yet makes this server ask: not for a page of another origin.
      refusePageOfOthers(request);
      if (open >= LIMITS.remoteStreams)
        throw new HttpProblem(
          503,
          'busy',
          `${open} files of other hosts are being read; there may be no more`,
        );
      open++;
      const gone = new AbortController();
      onceGone(request, reply, () => {
        open--;
        gone.abort();
      });
      const file = request.params['*'];
      const { address } = request.query;
      const { status, type, headers, body } = await askDatasetFile(address, file, {
        method: request.method === 'HEAD' ? 'HEAD' : 'GET',
        range: request.headers.range,
        agent,
        allowHosts,
        signal: gone.signal,
      });
      if (status === 404) throw notFound('file', file);
      if (status === 416) throw new HttpProblem(416, 'range', `the range lies outside of ${file}`);
      return reply
        .code(status)
        .headers(headers)
        .type(type)
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cache-control', 'private, no-cache')
        .send(body);
    },
  );
}
