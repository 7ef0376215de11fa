/** /v1/episodes: what came out, and what people say of it. */

import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Review } from '../../core/episode.ts';
import { DiversityIndex } from '../diversity.ts';
import { type SimpleFilter, whereOf } from '../episode-filter.ts';
import { EPISODE_FIELDS, EpisodeIndex, episodeOf } from '../episode-index.ts';
import { LIMITS } from '../limits.ts';
import { notFound } from '../problem.ts';
import {
  answers,
  bodyOf,
  DiversitySchema,
  EpisodePageSchema,
  EpisodeSchema,
  idParam,
  PAGE_QUERY,
  type PageQuery,
  ReviewBodySchema,
} from '../schemas.ts';
import type { Services } from '../services.ts';

interface EpisodesQuery extends PageQuery, SimpleFilter {
  sort?: string;
}

export function episodeRoutes(app: FastifyInstance, { catalogue }: Services): void {
  const index = new EpisodeIndex(catalogue);
  const episode = async (id: string) => {
    const entry = await catalogue.get(id);
    if (!entry) throw notFound('episode', id);
    return episodeOf(entry);
  };

  app.get<{ Querystring: EpisodesQuery }>(
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
            where: Type.Optional(Type.String({ maxLength: LIMITS.whereLength })),
            robot: Type.Optional(Type.String({ maxLength: 200, description: 'exactly' })),
            view: Type.Optional(Type.Enum(['third-person', 'egocentric'])),
            source: Type.Optional(Type.String({ maxLength: LIMITS.urlLength, description: 'a part of it' })),
            task: Type.Optional(Type.String({ maxLength: LIMITS.taskLength, description: 'a part of it' })),
            minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
            review: Type.Optional(Type.Enum(['accepted', 'rejected', 'none'])),
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

  app.get<{ Params: { id: string } }>(
    '/v1/episodes/:id',
    {
      config: { access: 'read' },
      schema: {
        tags: ['episodes'],
        summary: 'One episode',
        params: idParam(),
        response: answers({ 200: EpisodeSchema }, 400, 401, 404, 503),
      },
    },
    ({ params: { id } }) => episode(id),
  );

  app.put<{ Params: { id: string }; Body: { decision: Review['decision']; reason?: string } }>(
    '/v1/episodes/:id/review',
    {
      config: { access: 'submit' },
      schema: {
        tags: ['episodes'],
        summary: 'Accept or reject an episode',
        description: 'A dataset that is built later leaves the rejected out.',
        params: idParam(),
        body: bodyOf(ReviewBodySchema),
        response: answers({ 200: EpisodeSchema }, 400, 401, 403, 404, 503),
      },
    },
    async ({ params: { id }, body: { decision, reason = '' } }) => {
      if (!(await catalogue.review(id, decision, reason))) throw notFound('episode', id);
      return episode(id);
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/v1/episodes/:id/review',
    {
      config: { access: 'submit' },
      schema: {
        tags: ['episodes'],
        summary: 'Take a review back',
        params: idParam(),
        response: answers({ 200: EpisodeSchema }, 400, 401, 403, 404, 503),
      },
    },
    async ({ params: { id } }) => {
      await catalogue.unreview(id);
      return episode(id);
    },
  );
}
