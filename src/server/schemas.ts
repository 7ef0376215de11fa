/** What goes over the wire, as JSON Schema: routes are checked by it and /openapi.json is made of it. */
import Type, { type TSchema } from 'typebox';
import { BATCH_SETTINGS, JOB_STATES, LAST_PRIORITY } from '../../queue/types.ts';
import { ConfigSchema } from '../config.ts';
import { NAME_PART } from '../store/documents.ts';
import { LIMITS } from './limits.ts';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const time = (description: string) => Type.String({ format: 'date-time', description });
const closed = { additionalProperties: false } as const;

/** Whole, named schemas: `components/schemas` of the OpenAPI document. */
const named = <T extends TSchema>(id: string, schema: T): T => Object.assign(schema, { $id: id });
/** Of the type of what it refers to. */
const ref = <T extends TSchema>(schema: T) => Type.Ref((schema as T & { $id: string }).$id) as TSchema as T;

export const JobStateSchema = named('JobState', Type.Enum([...JOB_STATES]));

/** Text without control characters and halves of a surrogate pair, which neither a list nor a database takes. */
const words = (most: number, description: string) =>
  Type.String({
    maxLength: most,
    pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f\\p{Cs}]*$',
    description,
  });

const BatchItemSchema = named(
  'BatchItem',
  Type.Object(
    {
      url: Type.String({
        minLength: 1,
        maxLength: LIMITS.urlLength,
        description: 'http(s) address of a video',
      }),
      task: Type.Optional(words(LIMITS.taskLength, 'what is done, in words')),
      license: Type.Optional(words(LIMITS.licenseLength, 'licence of the video')),
      start: Type.Optional(Type.Number({ minimum: 0, description: 's in the source' })),
      end: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 's in the source' })),
    },
    closed,
  ),
);

/** Each as in the configuration, none required. */
const settings = Object.fromEntries(
  BATCH_SETTINGS.map(name => {
    const { default: _, ...schema } = ConfigSchema.properties[name] as TSchema & { default?: unknown };
    return [name, Type.Optional(schema as TSchema)];
  }),
);
const ofBatch = {
  ...settings,
  robot: Type.Optional(
    Type.String({
      maxLength: LIMITS.robotsLength,
      description: 'names of GET /v1/robots, with commas between them',
    }),
  ),
  task: Type.Optional(words(LIMITS.taskLength, 'what is done, where an item does not say')),
  license: Type.Optional(words(LIMITS.licenseLength, 'licence, where an item does not say')),
  priority: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: LAST_PRIORITY,
      description: '1 first; 0: last, in the order of arrival',
    }),
  ),
};

export const BatchBodySchema = named(
  'BatchRequest',
  Type.Object(
    { items: Type.Array(ref(BatchItemSchema), { minItems: 1, maxItems: LIMITS.items }), ...ofBatch },
    closed,
  ),
);

/** The same settings in the query, for bodies that are lists. */
const { imageSize: _, ...queryable } = ofBatch as Record<string, TSchema>;
export const BatchQuerySchema = Type.Object(queryable, closed);

export const ValidateBodySchema = named(
  'ValidateRequest',
  Type.Object({ items: Type.Array(ref(BatchItemSchema), { maxItems: LIMITS.items }) }, closed),
);

export const VerdictsSchema = named(
  'Verdicts',
  Type.Object({
    rows: Type.Array(
      Type.Object({
        row: Type.Integer({ description: 'of the list, from 1; a CSV header is row 1' }),
        url: Type.String(),
        ok: Type.Boolean(),
        reason: nullable(Type.String({ description: 'why it would be refused' })),
      }),
    ),
  }),
);

const counts = Type.Object(Object.fromEntries(JOB_STATES.map(state => [state, Type.Integer()])));
const failure = nullable(
  Type.Object({ tag: Type.String(), message: Type.String(), retryable: Type.Boolean() }),
);

export const BatchSchema = named(
  'Batch',
  Type.Object({
    id: Type.String(),
    createdAt: time('when it was submitted'),
    state: ref(JobStateSchema),
    jobs: Type.Integer({ description: 'how many: one per video' }),
    counts,
    settings: Type.Object(settings),
  }),
);

export const JobSchema = named(
  'Job',
  Type.Object({
    id: Type.String(),
    batch: Type.String(),
    item: ref(BatchItemSchema),
    state: ref(JobStateSchema),
    stage: nullable(
      Type.Object(
        { name: Type.String(), done: Type.Number(), total: Type.Number() },
        {
          description: 'frames (bytes for acquire) done of an expected total',
        },
      ),
    ),
    attempts: Type.Integer(),
    error: failure,
    episodes: Type.Array(Type.String(), { description: 'ids of its episodes' }),
    rejected: Type.Array(
      Type.Object({
        startS: nullable(Type.Number()),
        endS: nullable(Type.Number()),
        reason: Type.String(),
      }),
    ),
    createdAt: time('when it was submitted'),
    startedAt: nullable(time('when a worker took it')),
    finishedAt: nullable(time('when it ended')),
  }),
);

const ReviewSchema = named(
  'Review',
  Type.Object({
    decision: Type.Enum(['accepted', 'rejected']),
    reason: Type.String(),
    at: time('when it was said'),
  }),
);
export const ReviewBodySchema = named(
  'ReviewRequest',
  Type.Object(
    {
      decision: Type.Enum(['accepted', 'rejected']),
      reason: Type.Optional(words(LIMITS.reasonLength, 'why')),
    },
    closed,
  ),
);

export const EpisodeSchema = named(
  'Episode',
  Type.Object({
    id: Type.String(),
    robot: Type.String(),
    task: Type.String(),
    view: Type.Enum(['third-person', 'egocentric']),
    viewReason: Type.String(),
    source: Type.String({ description: 'address, as it was given' }),
    sourceSha256: Type.String(),
    license: Type.String(),
    startS: Type.Number(),
    endS: Type.Number(),
    cutReason: Type.String(),
    fps: Type.Number(),
    frames: Type.Integer(),
    image: Type.Object(
      { width: Type.Integer(), height: Type.Integer(), codec: Type.Enum(['av1', 'h264']) },
      { description: 'of the film' },
    ),
    quality: Type.Record(Type.String(), nullable(Type.Number()), { description: 'each 0…1, 1 is best' }),
    score: Type.Number({ description: 'geometric mean of the quality vector' }),
    models: Type.Record(Type.String(), Type.String()),
    configuration: Type.String(),
    understudy: Type.String({ description: 'version of the program' }),
    preview: Type.Boolean({ description: 'whether /preview has a video' }),
    review: nullable(ref(ReviewSchema)),
  }),
);

export const FilesSchema = named(
  'Files',
  Type.Object({ files: Type.Array(Type.Object({ name: Type.String(), bytes: Type.Integer() })) }),
);

export const DATASET_NAME = '^[a-z0-9][a-z0-9._-]{0,63}$';
export const DatasetBodySchema = named(
  'DatasetRequest',
  Type.Object(
    {
      name: Type.String({ pattern: DATASET_NAME, description: 'of its folder' }),
      where: Type.Optional(words(LIMITS.whereLength, 'which episodes; all but the rejected when absent')),
      format: Type.Optional(Type.String({ maxLength: 40, description: 'lerobot when absent' })),
    },
    closed,
  ),
);

export const DatasetSchema = named(
  'Dataset',
  Type.Object({
    name: Type.String(),
    where: Type.String(),
    format: Type.String(),
    state: ref(JobStateSchema),
    done: Type.Integer({ description: 'episodes written' }),
    total: Type.Integer(),
    episodes: nullable(Type.Integer()),
    frames: nullable(Type.Integer()),
    error: failure,
    createdAt: time('when the build was asked for'),
    finishedAt: nullable(time('when it ended')),
  }),
);

const TrajectorySchema = named(
  'Trajectory',
  Type.Object({
    robot: Type.String(),
    fps: Type.Number(),
    jointNames: Type.Array(Type.String()),
    parts: Type.Array(Type.String()),
    statusNames: Type.Array(Type.String()),
    times: Type.Array(Type.Number(), { description: '(T) s from the first frame' }),
    q: Type.Array(Type.Array(Type.Number()), { description: '(T, joints) rad, m where prismatic' }),
    status: Type.Array(Type.Array(Type.Integer()), { description: '(T, parts) index into statusNames' }),
    positionResidual: Type.Array(Type.Array(nullable(Type.Number())), {
      description: '(T, parts) m; null: held',
    }),
    orientationResidual: Type.Array(Type.Array(nullable(Type.Number())), {
      description: '(T, 2) rad, left then right wrist; null: held',
    }),
    speedUse: Type.Array(Type.Number(), { description: '(joints) largest speed / limit' }),
  }),
);

export const RobotsSchema = named(
  'Robots',
  Type.Object({
    robots: Type.Array(
      Type.Object({
        name: Type.String(),
        label: Type.String(),
        license: Type.String(),
        joints: Type.Integer(),
      }),
    ),
  }),
);
export const RobotSchema = named(
  'Robot',
  Type.Object(
    { name: Type.String(), label: Type.String(), root: Type.String(), joints: Type.Array(Type.Object({})) },
    { description: 'the whole kinematic table: RobotModel of the package' },
  ),
);

const ProblemSchema = named(
  'Problem',
  Type.Object({
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({ row: nullable(Type.Integer()), subject: Type.String(), reason: Type.String() }),
      ),
    ),
  }),
);

const page = (id: string, row: TSchema) =>
  named(id, Type.Object({ rows: Type.Array(ref(row)), next: nullable(Type.String()) }));
export const BatchPageSchema = page('BatchPage', BatchSchema);
export const JobPageSchema = page('JobPage', JobSchema);
export const EpisodePageSchema = named(
  'EpisodePage',
  Type.Object({
    rows: Type.Array(ref(EpisodeSchema)),
    next: nullable(Type.String()),
    total: Type.Integer({ description: 'episodes that match, on all pages' }),
  }),
);
export const DiversitySchema = named(
  'Diversity',
  Type.Object({
    episodes: Type.Integer({ description: 'that tell of it' }),
    grasps: Type.Record(Type.String(), Type.Integer(), { description: 'frames of a hand per grasp' }),
    wrists: Type.Array(
      Type.Object({
        view: Type.Enum(['third-person', 'egocentric']),
        side: Type.Enum(['left', 'right']),
        cell: Type.Array(Type.Integer(), {
          minItems: 3,
          maxItems: 3,
          description:
            'cells of 0.1 m: x forward, y left, z up of the torso; of a head camera x right, y down, z forward',
        }),
        episodes: Type.Integer({ description: 'that visit it' }),
      }),
    ),
  }),
);
export const DatasetPageSchema = page('DatasetPage', DatasetSchema);

export const SHARED: readonly TSchema[] = [
  JobStateSchema,
  BatchItemSchema,
  BatchBodySchema,
  ValidateBodySchema,
  VerdictsSchema,
  BatchSchema,
  JobSchema,
  ReviewSchema,
  ReviewBodySchema,
  EpisodeSchema,
  FilesSchema,
  DatasetBodySchema,
  DatasetSchema,
  TrajectorySchema,
  RobotsSchema,
  RobotSchema,
  ProblemSchema,
  BatchPageSchema,
  JobPageSchema,
  EpisodePageSchema,
  DiversitySchema,
  DatasetPageSchema,
];

/** `after` and `limit` of every list. */
export const PAGE_QUERY = {
  after: Type.Optional(Type.String({ maxLength: 500, description: 'next of the page before' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: LIMITS.pageMost, description: `rows; ${LIMITS.page} when absent` }),
  ),
};

/** An id of anything: whatever it is of, it can be asked for in the store and in any database. */
export const ID = Type.String({ maxLength: LIMITS.idLength, pattern: `^${NAME_PART}$` });
/** An id in a path. */
export const BY_ID = Type.Object({ id: ID });

/** Answers of a route: what it gives, and problems of these statuses beside those that every route has. */
export function answers(given: Record<number, TSchema>, ...problems: number[]): Record<number, unknown> {
  const problem = {
    description: 'Problem',
    content: { 'application/problem+json': { schema: ref(ProblemSchema) } },
  };
  return {
    ...Object.fromEntries(
      Object.entries(given).map(([status, schema]) => [status, '$id' in schema ? ref(schema) : schema]),
    ),
    ...Object.fromEntries([...problems, 429].map(status => [status, problem])),
  };
}

/** Answers of a route that gives a file, whole or the part that Range names. */
export function fileAnswers(...problems: number[]): Record<number, unknown> {
  const file = {
    description: 'The file, or the part that Range names',
    content: { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } },
  };
  return { ...answers({}, ...problems, 416), 200: file, 206: file };
}
export const bodyOf = ref;
