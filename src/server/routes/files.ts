/** The files of an episode: its films, its trajectory in several forms, and everything that its shard has. */

import Type from 'typebox';
import type { FileEntry } from '../../core/api.ts';
import { readArtifact } from '../../store/artifact.ts';
import { preferredType } from '../accept.ts';
import { filesOf } from '../folder.ts';
import { giveFile } from '../give-file.ts';
import { HttpProblem, notFound } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import { answers, BY_ID, FilesSchema, fileAnswers } from '../schemas.ts';
import type { Services } from '../services.ts';
import { bodyFor, tarOf } from '../tar.ts';
import { TRAJECTORY_FORMS } from '../trajectory.ts';

/** A shard never changes under its id. */
const FOREVER = 'private, max-age=31536000, immutable';

/** Short names of the films and pictures that a page shows. */
const PICTURES = {
  film: { file: 'film.mp4', summary: 'The demonstration’s own video' },
  preview: { file: 'preview.mp4', summary: 'Person and robot side by side, when it was asked for' },
  poster: { file: 'poster.jpg', summary: 'A still of the video' },
  thumbnail: { file: 'thumbnail.webp', summary: 'A small moving picture of the video' },
} as const;

export function fileRoutes(app: Api, { catalogue, store }: Services): void {
  const folderOf = async (id: string): Promise<string> => {
    const folder = (await catalogue.get(id)) && (await store.get(id));
    if (!folder) throw notFound('episode', id);
    return folder;
  };

  for (const [name, { file, summary }] of Object.entries(PICTURES))
    app.get(
      `/v1/episodes/:id/${name}`,
      {
        config: { access: 'read' },
        schema: {
          tags: ['files'],
          summary,
          params: BY_ID,
          response: fileAnswers(400, 401, 404, 503),
        },
      },
      async ({ params: { id } }, reply) => giveFile(reply, await folderOf(id), file, FOREVER),
    );

  app.get(
    '/v1/episodes/:id/files',
    {
      config: { access: 'read' },
      schema: {
        tags: ['files'],
        summary: 'The files of the episode’s shard',
        params: BY_ID,
        response: answers({ 200: FilesSchema }, 400, 401, 404, 503),
      },
    },
    async ({ params: { id } }) => ({ files: await filesOf(await folderOf(id)) }),
  );

  app.get(
    '/v1/episodes/:id/arrays',
    {
      config: { access: 'read' },
      schema: {
        tags: ['files'],
        summary: 'All JSON and all arrays of the shard at once, as a tar archive',
        params: BY_ID,
        response: {
          ...answers({}, 400, 401, 404, 503),
          200: {
            description: 'The archive; its files lie below arrays/',
            content: { 'application/x-tar': { schema: Type.String({ format: 'binary' }) } },
          },
        },
      },
    },
    async ({ method, params: { id } }, reply) => {
      const isArray = ({ name }: FileEntry) => /\.(json|npy)$/.test(name);
      const { bytes, stream } = await tarOf(await folderOf(id), 'arrays', isArray);
      return reply
        .type('application/x-tar')
        .header('content-length', bytes)
        .header('cache-control', FOREVER)
        .send(bodyFor(method, stream));
    },
  );

  app.get(
    '/v1/episodes/:id/files/:name',
    {
      config: { access: 'read' },
      schema: {
        tags: ['files'],
        summary: 'One of them',
        description:
          'JSON, NumPy arrays, films and pictures; docs/datasets.md of the package says what is in each.',
        params: Type.Object({ ...BY_ID.properties, name: Type.String({ maxLength: 200 }) }),
        response: fileAnswers(400, 401, 404, 503),
      },
    },
    async ({ params: { id, name } }, reply) => giveFile(reply, await folderOf(id), name, FOREVER),
  );

  app.get(
    '/v1/episodes/:id/trajectory',
    {
      config: { access: 'read' },
      schema: {
        tags: ['files'],
        summary: 'The robot’s motion, as JSON, CSV or an Arrow stream, by Accept',
        params: BY_ID,
        response: {
          ...answers({}, 400, 401, 404, 406, 503),
          200: {
            description: 'The trajectory',
            content: Object.fromEntries(
              Object.keys(TRAJECTORY_FORMS).map(type => [
                type,
                { schema: type === 'application/json' ? Type.Ref('Trajectory') : Type.String() },
              ]),
            ),
          },
        },
      },
    },
    async ({ params: { id }, headers }, reply) => {
      const types = Object.keys(TRAJECTORY_FORMS);
      const type = preferredType(headers.accept, types);
      if (type === null)
        throw new HttpProblem(406, 'not-acceptable', `Accept has to allow one of ${types.join(', ')}`);
      const trajectory = await readArtifact(await folderOf(id), 'trajectory');
      return reply
        .header('cache-control', FOREVER)
        .header('vary', 'accept')
        .type(type)
        .send(TRAJECTORY_FORMS[type](trajectory));
    },
  );
}
