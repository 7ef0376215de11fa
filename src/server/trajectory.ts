/** A trajectory in the forms that people and programs want: JSON, CSV, and a stream of Arrow. */
import { Field, type RecordBatch, Schema, Table, tableToIPC } from 'apache-arrow';
import type { TrajectoryJson } from '../core/api.ts';
import { PARTS, type RobotTrajectory, STATUS_NAMES } from '../core/types.ts';
import { featureColumn, featureType, recordBatch } from '../dataset/lerobot/arrow.ts';
import type { Feature } from '../dataset/lerobot/features.ts';

const ARROW = 'application/vnd.apache.arrow.stream';

/** Media type → how it is written. The first is what is given when any will do. */
export const TRAJECTORY_FORMS: Readonly<
  Record<string, (trajectory: RobotTrajectory) => string | Uint8Array>
> = {
  'application/json': trajectory => JSON.stringify(trajectoryJson(trajectory)),
  [ARROW]: trajectoryArrow,
  'text/csv': trajectoryCsv,
};

/** Columns of a row each: name, width, and (T, width) numbers. */
function columnsOf(trajectory: RobotTrajectory) {
  const { fps, jointNames, q, status, positionResidual, orientationResidual } = trajectory;
  const T = status.length / PARTS.length;
  return [
    { name: 'time', keys: [''], values: Float32Array.from({ length: T }, (_, t) => t / fps) },
    { name: 'q', keys: jointNames, values: q },
    { name: 'status', keys: PARTS, values: status },
    { name: 'position_residual', keys: PARTS, values: positionResidual },
    { name: 'orientation_residual', keys: ['left', 'right'], values: orientationResidual },
  ];
}

const rowsOf = <T>(values: ArrayLike<number>, width: number, as: (value: number) => T): T[][] =>
  Array.from({ length: values.length / width }, (_, t) =>
    Array.from({ length: width }, (_, i) => as(values[t * width + i])),
  );
const orNull = (value: number) => (Number.isNaN(value) ? null : value);
const same = (value: number) => value;

/** NaN, which JSON lacks, is null. */
export function trajectoryJson(trajectory: RobotTrajectory): TrajectoryJson {
  const { robot, fps, jointNames, q, status, positionResidual, orientationResidual, speedUse } = trajectory;
  const T = status.length / PARTS.length;
  return {
    robot,
    fps,
    jointNames,
    parts: PARTS,
    statusNames: STATUS_NAMES,
    times: Array.from({ length: T }, (_, t) => t / fps),
    q: rowsOf(q, jointNames.length, same),
    status: rowsOf(status, PARTS.length, same),
    positionResidual: rowsOf(positionResidual, PARTS.length, orNull),
    orientationResidual: rowsOf(orientationResidual, 2, orNull),
    speedUse: Array.from(speedUse),
  };
}

/** A header, then a row per frame; NaN is an empty cell. Joint names are identifiers, so nothing needs quotes. */
function trajectoryCsv(trajectory: RobotTrajectory): string {
  const columns = columnsOf(trajectory);
  const header = columns.flatMap(({ name, keys }) =>
    keys.map(key => (name === 'q' ? key : key === '' ? name : `${name}.${key}`)),
  );
  const rows = Array.from({ length: columns[0].values.length }, (_, t) =>
    columns
      .flatMap(({ keys, values }) =>
        keys.map((_, i) => {
          const value = values[t * keys.length + i];
          return Number.isNaN(value) ? '' : String(value);
        }),
      )
      .join(','),
  );
  return `${[header.join(','), ...rows].join('\n')}\n`;
}

/** One record batch; lists of fixed size per row. Robot, rate and names are in the schema's metadata. */
function trajectoryArrow(trajectory: RobotTrajectory): Uint8Array {
  const columns = columnsOf(trajectory).map(({ name, keys, values }) => ({
    feature: {
      name,
      dtype: values instanceof Float32Array ? 'float32' : 'int64',
      width: keys.length,
    } as Feature,
    values,
  }));
  const metadata = new Map([
    ['robot', trajectory.robot],
    ['fps', String(trajectory.fps)],
    ['joint_names', JSON.stringify(trajectory.jointNames)],
    ['parts', JSON.stringify(PARTS)],
    ['status_names', JSON.stringify(STATUS_NAMES)],
  ]);
  const schema = new Schema(
    columns.map(({ feature }) => new Field(feature.name, featureType(feature), true)),
    metadata,
  );
  const batch: RecordBatch = recordBatch(
    schema,
    columns[0].values.length,
    columns.map(({ feature, values }) => featureColumn(feature, values)),
  );
  return tableToIPC(new Table(batch), 'stream');
}
