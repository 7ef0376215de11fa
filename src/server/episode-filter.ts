/** The fields of a query as one condition of src/dataset/where.ts. */

export interface SimpleFilter {
  where?: string;
  robot?: string;
  view?: string;
  source?: string;
  task?: string;
  minScore?: number;
  review?: 'accepted' | 'rejected' | 'none';
}

/** All that is given, joined by `and`; '' when nothing is. */
export function whereOf({ where, robot, view, source, task, minScore, review }: SimpleFilter): string {
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
