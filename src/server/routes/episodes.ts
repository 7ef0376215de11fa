/** /v1/episodes: what came out, and what people say of it. */

import Type from 'typebox';
import { DiversityIndex } from '../diversity.ts';
import { EPISODE_FILTER, whereOf } from '../episode-filter.ts';
import { EPISODE_FIELDS, EpisodeIndex, episodeOf } from '../episode-index.ts';
import { LIMITS } from '../limits.ts';
import { notFound } from '../problem.ts';
import type { Api } from '../schema-types.ts';
import {
  answers,
  BY_ID,
  bodyOf,
  DiversitySchema,
  EpisodePageSchema,
  EpisodeSchema,
  PAGE_QUERY,
  ReviewBodySchema,
} from '../schemas.ts';
import type { Services } from '../services.ts';

export function episodeRoutes(app: Api, { catalogue }: Services): void {
  const index = new EpisodeIndex(catalogue);
  const episode = async (id: string) => {
    const entry = await catalogue.get(id);
    if (!entry) throw notFound('episode', id);
    return episodeOf(entry);
  };

  app.get(
    '/v1/episodes',
    {
      config: { access: 'read' },
      schema: {
        tags: ['episodes'],
        summary: 'Episodes that match, sorted, in pages',
        description:
          '`where` is a condition as `understudy dataset build --where` reads it; the other fields are added to it with `and`.',
        querystring: Type.Object(
          {
            ...EPISODE_FILTER,
            sort: Type.Optional(
              Type.Enum([...EPISODE_FIELDS, ...EPISODE_FIELDS.map(field => `-${field}`)], {
                description: 'a field; with - before it the largest first; -score when absent',
              }),
            ),
            ...PAGE_QUERY,
          },
          { additionalProperties: false },
        ),
        response: answers({ 200: EpisodePageSchema }, 400, 401, 503),
      },
    },
    ({ query }) =>
      index.find({
        where: whereOf(query),
        sort: query.sort ?? '-score',
        after: query.after,
        limit: query.limit ?? LIMITS.page,
      }),
  );

  const diversity = new DiversityIndex(catalogue);
  app.get(
    '/v1/episodes/diversity',
    {
      config: { access: 'read' },
      schema: {
        tags: ['episodes'],
        summary: 'Where wrists were and how hands held, over all episodes that are not rejected',
        response: answers({ 200: DiversitySchema }, 401, 503),
      },
    },
    () => diversity.get(),
  );

  app.get(
    '/v1/episodes/:id',
    {
      config: { access: 'read' },
      schema: {
        tags: ['episodes'],
        summary: 'One episode',
        params: BY_ID,
        response: answers({ 200: EpisodeSchema }, 400, 401, 404, 503),
      },
    },
    ({ params: { id } }) => episode(id),
  );

  app.put(
    '/v1/episodes/:id/review',
    {
      config: { access: 'submit' },
      schema: {
        tags: ['episodes'],
        summary: 'Accept or reject an episode',
        description: 'A dataset that is built later leaves the rejected out.',
        params: BY_ID,
        body: bodyOf(ReviewBodySchema),
        response: answers({ 200: EpisodeSchema }, 400, 401, 403, 404, 503),
      },
    },
    async ({ params: { id }, body: { decision, reason = '' } }) => {
      if (!(await catalogue.review(id, decision, reason))) throw notFound('episode', id);
      return episode(id);
    },
  );

  app.delete(
    '/v1/episodes/:id/review',
    {
      config: { access: 'submit' },
      schema: {
        tags: ['episodes'],
        summary: 'Take a review back',
        params: BY_ID,
        response: answers({ 200: EpisodeSchema }, 400, 401, 403, 404, 503),
      },
    },
    async ({ params: { id } }) => {
      await catalogue.unreview(id);
      return episode(id);
    },
  );
}
