/** A dataset on disk, looked at episode by episode: its quality, what it repeats, and how diverse it is. */
import { createHash } from 'node:crypto';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';
import { NAMES_OF_BOTH, QUALITY_NAMES, type QualityVector } from '../core/episode.ts';
import { DatasetError } from '../core/errors.ts';
import type { RobotModel } from '../core/robot.ts';
import { HAND_LANDMARKS, SIDES } from '../core/skeletons.ts';
import { ABSENT, PARTS } from '../core/types.ts';
import type { Dataset } from '../dataset/open.ts';
import { countVariety, type Grasp, type HandMoment } from '../quality/diversity.ts';
import { nearDuplicates, type Signature, signatureOf } from '../quality/duplicates.ts';
import { limitsOf, restingJoints } from '../quality/robot.ts';
import { qualityOfJoints, scoreOf } from '../quality/score.ts';

/** An episode as conditions and reports see it: the names of EpisodeRecord as far as the dataset has them. */
export interface AssessedEpisode {
  index: number;
  task: string;
  frames: number;
  fps: number;
  seconds: number;
  robot: string;
  view: string | null;
  source: string | null;
  sourceSha256: string | null;
  license: string | null;
  startS: number | null;
  endS: number | null;
  cutReason: string | null;
  quality: QualityVector;
  score: number;
  /** The first episode that this one repeats: 'copy' has the very same numbers, 'motion' nearly the same motion. */
  duplicateOf: number | null;
  duplicate: 'copy' | 'motion' | null;
  /** Cells of the workspace that a wrist was in, and frames per grasp of a hand; empty where no wrists are told. */
  cells: readonly string[];
  grasps: Readonly<Partial<Record<Grasp, number>>>;
}

/** What conditions may ask of it. */
export const ASSESSED_NAMES: readonly string[] = [
  ...['index', ...NAMES_OF_BOTH, 'seconds', 'duplicateOf', 'duplicate'],
];

const STATE = 'observation.state';

/** @throws DatasetError when the dataset has no joint data, or is damaged. Memory: one episode, and a signature of each. */
export async function assessDataset(dataset: Dataset): Promise<AssessedEpisode[]> {
  const state = dataset.info.features[STATE];
  if (!state || !/^float|^int/.test(state.dtype))
    throw new DatasetError(
      `${dataset.files.address} has no '${STATE}' of numbers; only datasets with joint data can be scored`,
    );
  const { robotType } = dataset.info;
  const robot = robotNames.includes(robotType) ? await loadRobot(robotType) : null;
  const assessed: AssessedEpisode[] = [];
  const signatures: Signature[] = [];
  const hashes = new Map<string, number>();
  for (const { index } of dataset.episodes) {
    const names = [STATE, ...PERSON_COLUMNS, 'status'].filter(name => name in dataset.info.features);
    const columns = await dataset.columns(index, names);
    const q = Float64Array.from(columns[STATE] as ArrayLike<number>);
    const joints = q.length / dataset.episode(index).length;
    const hash = createHash('sha256').update(q).digest('hex');
    const copyOf = hashes.get(hash) ?? null;
    if (copyOf === null) hashes.set(hash, index);
    signatures.push(signatureOf(q, joints));
    const own = robot && hasJointsOf(robot, state.names) ? robot : null;
    assessed.push({
      ...(await recordOf(dataset, index)),
      ...quality(await dataset.extra(index), { q, joints, fps: dataset.fps }, own, columns['status']),
      ...(await workspaceOf(columns, dataset.episode(index).length)),
      duplicateOf: copyOf,
      duplicate: copyOf === null ? null : 'copy',
    });
  }
  for (const [i, of] of nearDuplicates(signatures).entries())
    if (of !== null && assessed[i].duplicate === null)
      assessed[i] = { ...assessed[i], duplicateOf: of, duplicate: 'motion' };
  return assessed;
}

/** What was measured when the episode was made, with what its joints say of themselves today. */
function quality(
  extra: Record<string, unknown>,
  motion: { q: Float64Array; joints: number; fps: number },
  robot: RobotModel | null,
  status: unknown,
): { quality: QualityVector; score: number } {
  const limits = robot && limitsOf(robot);
  const jointNames = limits?.names ?? [];
  const rests =
    robot && status
      ? restingJoints(robot, { status: Uint8Array.from(status as ArrayLike<number>, Number), jointNames })
      : null;
  const { vector: today } = qualityOfJoints({ ...motion, limits, rests });
  const vector = Object.fromEntries(
    QUALITY_NAMES.map(name => {
      const then = extra[`quality/${name}`];
      return [name, today[name] ?? (typeof then === 'number' && !Number.isNaN(then) ? then : null)];
    }),
  );
  return { quality: vector, score: scoreOf(vector) };
}

const hasJointsOf = (robot: RobotModel, names: readonly string[] | null): boolean => {
  const own = limitsOf(robot).names;
  return names !== null && names.length === own.length && own.every((name, j) => names[j] === name);
};

async function recordOf(dataset: Dataset, index: number) {
  const extra = await dataset.extra(index);
  const text = (name: string) => (typeof extra[name] === 'string' ? (extra[name] as string) : null);
  const number = (name: string) => (typeof extra[name] === 'number' ? (extra[name] as number) : null);
  const { tasks, length } = dataset.episode(index);
  return {
    index,
    task: tasks.join('; '),
    frames: length,
    fps: dataset.fps,
    seconds: length / dataset.fps,
    robot: dataset.info.robotType,
    view: text('view'),
    source: text('source'),
    sourceSha256: text('source_sha256'),
    license: text('source_license'),
    startS: number('source_start_s'),
    endS: number('source_end_s'),
    cutReason: text('cut_reason'),
  };
}

const PERSON_COLUMNS = ['human.state', 'human.wrist_pose', 'human.hand_landmarks'];

function workspaceOf(columns: Readonly<Record<string, unknown>>, frames: number) {
  return countVariety(PERSON_COLUMNS.every(name => columns[name]) ? momentsOf(columns, frames) : []);
}

function* momentsOf(columns: Readonly<Record<string, unknown>>, frames: number): Generator<HandMoment> {
  const [state, wrists, landmarks] = PERSON_COLUMNS.map(name => columns[name] as Float32Array);
  const width = 3 * HAND_LANDMARKS;
  for (let t = 0; t < frames; t++)
    for (const [s, side] of SIDES.entries()) {
      if (Number(state[PARTS.length * t + PARTS.indexOf(`${side}_hand`)]) === ABSENT) continue;
      const hand = SIDES.length * t + s;
      yield {
        side,
        wrist: wrists.subarray(7 * hand, 7 * hand + 3),
        landmarks: landmarks.subarray(width * hand, width * (hand + 1)),
      };
    }
}
