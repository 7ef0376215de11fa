/** An episode of any LeRobot dataset → what the replay view shows. What it lacks is said. */
import { loadRobot, robotNames } from '../../../models/robots/registry.ts';
import { DatasetError } from '../../core/errors.ts';
import { independentJoints, type RobotModel } from '../../core/robot.ts';
import { PARTS, STATUS_HELD } from '../../core/types.ts';
import type { Dataset } from '../../dataset/reader/dataset.ts';
import type { EpisodeColumn } from '../../dataset/reader/values.ts';
import type { JointMotion, Replay } from '../replay/replay.ts';

/** The joints are looked for in these features, in this order. */
const STATES = ['observation.state', 'state', 'action'] as const;

/** Throws DatasetError when the episode has no numbers to show. */
export async function replayOf(dataset: Dataset, index: number): Promise<Replay> {
  const { info } = dataset;
  const { length, tasks } = dataset.episode(index);
  const feature = STATES.find(name => info.features[name]) ?? firstVector(dataset);
  if (!feature)
    throw new DatasetError(
      `the dataset has no vector to draw; its features are ${Object.keys(info.features).join(', ')}`,
    );
  const extra = ['status', 'tracking_residual'].filter(name => info.features[name]);
  const columns = await dataset.columns(index, [feature, ...extra]);
  const q = numbers(columns[feature]);
  const width = q.length / length;
  const names = info.features[feature].names ?? Array.from({ length: width }, (_, j) => `${feature}[${j}]`);
  const robot = await robotOf(info.robotType, names);
  const film = await filmOf(dataset, index);
  const of = (name: string) => (columns[name] ? numbers(columns[name]) : null);
  const status = statusOf(of('status'), length);
  const joints: JointMotion = {
    jointNames: names,
    q,
    unit: robot ? 'rad' : '',
    status,
    positionResidual: residualOf(of('tracking_residual'), status),
  };
  return {
    title: tasks[0] ?? '',
    fps: info.fps,
    frames: length,
    joints,
    robot,
    robotName: info.robotType || 'unknown robot',
    film: film.film,
    missing: [
      ...(film.reason ? [film.reason] : []),
      ...(robot
        ? []
        : [
            `The curves are '${feature}' as the dataset has it; '${info.robotType}' has no kinematic table here.`,
          ]),
      'Landmarks and human motion are not part of a LeRobot dataset.',
    ],
    landmarks: null,
    motion: null,
    record: null,
  };
}

const firstVector = ({ info }: Dataset): string | undefined =>
  Object.keys(info.features).find(
    name => /^float/.test(info.features[name].dtype) && info.features[name].shape.some(size => size > 1),
  );

function numbers(column: EpisodeColumn): Float32Array {
  return column instanceof Float32Array ? column : Float32Array.from(column as ArrayLike<unknown>, Number);
}

async function filmOf(
  dataset: Dataset,
  index: number,
): Promise<{ film: Replay['film']; reason: string | null }> {
  const { videos } = dataset.episode(index);
  const [key] = Object.keys(videos);
  if (!key) return { film: null, reason: 'The dataset has no video.' };
  if (!(await dataset.files.exists(videos[key].path)))
    return { film: null, reason: `The dataset speaks of ${videos[key].path}, which is not there.` };
  const { url, fromS } = dataset.video(index, key);
  return { film: { address: url, startS: fromS }, reason: null };
}

/** The robot by its name, else the one of which all joints are there. */
async function robotOf(name: string, joints: readonly string[]): Promise<RobotModel | null> {
  const known = new Set(joints);
  const fits = (robot: RobotModel) => independentJoints(robot.joints).every(joint => known.has(joint.name));
  const order = [...robotNames].sort((a, b) => Number(b === name) - Number(a === name));
  for (const candidate of order) {
    const robot = await loadRobot(candidate);
    if (fits(robot)) return robot;
  }
  return null;
}

/** Ours alone have (T, 4) of PARTS. */
const statusOf = (values: Float32Array | null, length: number): Uint8Array | null =>
  values?.length === length * PARTS.length ? Uint8Array.from(values) : null;

/** (T, 4) m; ours have 0 where a part is held. */
function residualOf(values: Float32Array | null, status: Uint8Array | null): Float32Array | null {
  if (!values || values.length !== status?.length) return null;
  return values.map((value, i) => (status[i] === STATUS_HELD ? Number.NaN : value));
}
