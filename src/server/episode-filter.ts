/** The fields of a query as one condition of src/dataset/where.ts. */
import Type from 'typebox';
import { LIMITS } from './limits.ts';

export const EPISODE_FILTER = {
  where: Type.Optional(Type.String({ maxLength: LIMITS.whereLength })),
  robot: Type.Optional(Type.String({ maxLength: 200, description: 'exactly' })),
  view: Type.Optional(Type.Enum(['third-person', 'egocentric'])),
  source: Type.Optional(Type.String({ maxLength: LIMITS.urlLength, description: 'a part of it' })),
  task: Type.Optional(Type.String({ maxLength: LIMITS.taskLength, description: 'a part of it' })),
  minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  review: Type.Optional(Type.Enum(['accepted', 'rejected', 'none'])),
};
type EpisodeFilter = Type.Static<Type.TObject<typeof EPISODE_FILTER>>;

/** All that is given, joined by `and`; '' when nothing is. */
export function whereOf({ where, robot, view, source, task, minScore, review }: EpisodeFilter): string {
  const terms = [
    where?.trim() && `(${where})`,
    robot !== undefined && `robot = ${quoted(robot)}`,
    view !== undefined && `view = ${quoted(view)}`,
    source !== undefined && `source like ${quoted(`%${source}%`)}`,
    task !== undefined && `task like ${quoted(`%${task}%`)}`,
    minScore !== undefined && `score >= ${minScore}`,
    review === 'none' && 'review.decision is null',
    review !== undefined && review !== 'none' && `review.decision = ${quoted(review)}`,
  ];
  return terms.filter(Boolean).join(' and ');
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
