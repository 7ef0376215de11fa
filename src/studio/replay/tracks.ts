/** What the curves show: groups of rows over time, with limits and with the status of their part. */
import { independentJoints, type RobotModel } from '../../core/robot.ts';
import { PARTS, type Part } from '../../core/types.ts';
import { plain } from '../shell/words.ts';
import { type JointMotion, partOf, type Replay } from './replay.ts';

export interface CurveRow {
  label: string;
  /** In full. */
  name: string;
  /** (T,) */
  values: Float32Array;
  /** What the plot spans, and lines within it; null where unknown. */
  low: number;
  high: number;
  limits: readonly number[];
  unit: string;
  digits: number;
  /** The part whose status is shown behind it. */
  part: Part | null;
}

export interface CurveGroup {
  name: string;
  rows: readonly CurveRow[];
}

/** At most this many rows of a stranger's vector in one group. */
const ROWS_OF_A_STRANGER = 12;

export function curveGroups(
  { frames }: Pick<Replay, 'frames'>,
  joints: JointMotion,
  robot: RobotModel | null,
): CurveGroup[] {
  const rows = joints.jointNames.map((_, j) => jointRow(joints, robot, j, frames));
  const groups: CurveGroup[] = robot ? groupsOfParts(rows) : groupsInOrder(rows);
  const errors = residualRows(joints, frames);
  if (errors.length > 0) groups.push({ name: 'Distance to target', rows: errors });
  return groups;
}

function jointRow(joints: JointMotion, robot: RobotModel | null, j: number, frames: number): CurveRow {
  const J = joints.jointNames.length;
  const name = joints.jointNames[j];
  const values = Float32Array.from({ length: frames }, (_, t) => joints.q[t * J + j]);
  const spec = robot && independentJoints(robot.joints).find(joint => joint.name === name);
  const [low, high] = spec ? [spec.lower, spec.upper] : rangeOf(values);
  return {
    label: robot ? shortName(name) : name,
    name,
    values,
    low,
    high,
    limits: spec ? [spec.lower, spec.upper] : [],
    unit: joints.unit,
    digits: 2,
    part: robot ? partOf(robot, name) : null,
  };
}

/** The group says the side, and every row is a joint: 'left_shoulder_pitch_joint' → 'shoulder pitch'. */
const shortName = (name: string): string => plain(name.replace(/^(left|right|l|r)_|_joint$/gi, ''));

function residualRows({ positionResidual }: JointMotion, frames: number): CurveRow[] {
  if (!positionResidual) return [];
  return PARTS.map((part, p) => {
    const values = Float32Array.from(
      { length: frames },
      (_, t) => 1000 * positionResidual[t * PARTS.length + p],
    );
    const side = part.startsWith('left') ? 'left' : 'right';
    const label = `${side} ${part.endsWith('arm') ? 'wrist' : 'fingertips'}`;
    // A common scale of at least 5 cm, so that millimetres look like millimetres.
    const high = Math.max(50, rangeOf(values)[1]);
    return { label, name: label, values, low: 0, high, limits: [], unit: 'mm', digits: 1, part };
  });
}

/** By part; the waist and the legs, which no part carries, come last, and only where they move. */
function groupsOfParts(rows: readonly CurveRow[]): CurveGroup[] {
  const groups: CurveGroup[] = PARTS.map(part => ({
    name: plain(part).replace(/^./, letter => letter.toUpperCase()),
    rows: rows.filter(row => row.part === part),
  }));
  const rest = rows.filter(row => row.part === null);
  const moving = rest.filter(({ values }) => values.some(value => Math.abs(value - values[0]) > 1e-6));
  if (moving.length > 0) groups.push({ name: 'Waist and legs', rows: moving });
  return groups.filter(group => group.rows.length > 0);
}

function groupsInOrder(rows: readonly CurveRow[]): CurveGroup[] {
  const groups: CurveGroup[] = [];
  for (let from = 0; from < rows.length; from += ROWS_OF_A_STRANGER) {
    const part = rows.slice(from, from + ROWS_OF_A_STRANGER);
    groups.push({ name: `${from + 1}–${from + part.length}`, rows: part });
  }
  return groups;
}

function rangeOf(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  return high - low < 1e-6 ? [low - 0.5, high + 0.5] : [low, high];
}
