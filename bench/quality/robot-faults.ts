/** Faults of a recording: put into the joints of a finished trajectory, as a broken recorder or converter would. */
import type { RobotModel } from '../../src/core/robot.ts';
import type { RobotTrajectory } from '../../src/core/types.ts';
import type { Random } from '../../test/random.ts';

export interface RobotFault {
  what: string;
  apply: (trajectory: RobotTrajectory, robot: RobotModel, random: Random) => RobotTrajectory;
}

/** Row t of the joints, as if it had been taken at `at(t)`, in frames; between two frames on the line between them. */
function resampled(trajectory: RobotTrajectory, at: (t: number) => number): RobotTrajectory {
  const J = trajectory.jointNames.length;
  const T = trajectory.q.length / J;
  const q = Float32Array.from(trajectory.q, (_, i) => {
    const s = Math.max(0, Math.min(T - 1, at(Math.floor(i / J))));
    const [a, share] = [Math.floor(s), s - Math.floor(s)];
    const b = Math.min(T - 1, a + 1);
    return trajectory.q[a * J + (i % J)] * (1 - share) + trajectory.q[b * J + (i % J)] * share;
  });
  return { ...trajectory, q };
}

/** Joints whose range in the trajectory is no rounding. */
function movingJoints({ q, jointNames }: RobotTrajectory): number[] {
  const J = jointNames.length;
  return Array.from({ length: J }, (_, j) => j).filter(j => {
    const values = q.filter((_, i) => i % J === j);
    return Math.max(...values) - Math.min(...values) > 0.05;
  });
}

export const ROBOT_FAULTS: Record<string, RobotFault> = {
  drops: {
    what: '12 % of the frames are lost and the one before is shown again',
    apply(trajectory, _robot, random) {
      const lost = Array.from({ length: trajectory.q.length }, () => random.uniform() < 0.12);
      let last = 0;
      return resampled(trajectory, t => {
        if (!lost[t]) last = t;
        return last;
      });
    },
  },
  swaps: {
    what: 'the left arm and hand do what the right ones should, and the other way round, for a third of the time',
    apply(trajectory, _robot, random) {
      const { q, jointNames } = trajectory;
      const J = jointNames.length;
      const T = q.length / J;
      const out = q.slice();
      const other = jointNames.map(name => {
        const twin = /left/i.test(name)
          ? name.replace(/left/i, m => (m === 'left' ? 'right' : 'Right'))
          : name.replace(/right/i, m => (m === 'right' ? 'left' : 'Left'));
        return jointNames.indexOf(twin);
      });
      for (let k = 0; k < 2; k++) {
        const start = random.integer(0, Math.round(0.8 * T));
        for (let t = start; t < Math.min(T, start + T / 6); t++)
          for (let j = 0; j < J; j++) if (other[j] >= 0) out[t * J + j] = q[t * J + other[j]];
      }
      return { ...trajectory, q: out };
    },
  },
  jitter: {
    what: 'noise of 0.6° on every joint that moves',
    apply(trajectory, _robot, random) {
      const moving = new Set(movingJoints(trajectory));
      const J = trajectory.jointNames.length;
      return {
        ...trajectory,
        q: trajectory.q.map((v, i) => (moving.has(i % J) ? v + 0.01 * random.normal() : v)),
      };
    },
  },
  'time warp': {
    what: 'the joints run ahead of the person and fall behind, up to 0.25 s',
    apply(trajectory, _robot, random) {
      const { fps } = trajectory;
      const [period, phase] = [(1.5 + random.uniform()) * fps, 2 * Math.PI * random.uniform()];
      return resampled(trajectory, t => t + 0.25 * fps * Math.sin((2 * Math.PI * t) / period + phase));
    },
  },
  scale: {
    what: 'joint angles 1.25 times too large about the rest pose, or too small',
    apply(trajectory, robot, random) {
      const factor = random.uniform() < 0.5 ? 1.25 : 0.8;
      const rest = trajectory.jointNames.map(name => robot.rest[name] ?? 0);
      const J = rest.length;
      return { ...trajectory, q: trajectory.q.map((v, i) => rest[i % J] + factor * (v - rest[i % J])) };
    },
  },
  frozen: {
    what: 'a third of the moving joints keep their value for half of the time',
    apply(trajectory, _robot, random) {
      const J = trajectory.jointNames.length;
      const T = trajectory.q.length / J;
      const q = trajectory.q.slice();
      const start = random.integer(0, T >> 1);
      const moving = movingJoints(trajectory);
      for (let n = 0; n < Math.max(1, moving.length / 3); n++) {
        const j = moving.splice(random.integer(0, moving.length), 1)[0];
        for (let t = start; t < start + T / 2 && t < T; t++) q[t * J + j] = q[start * J + j];
      }
      return { ...trajectory, q };
    },
  },
};
