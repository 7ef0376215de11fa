/** Whether a robot can follow a demonstration: judged after retargeting, on the trajectory. */
import { SIDES } from '../core/skeletons.ts';
import { PARTS, type RobotTrajectory, STATUS_HELD, STATUS_UNREACHABLE, type Verdict } from '../core/types.ts';

/** Share of an arm's frames (those not held) in which its target has to be in reach, for the better arm. */
const REACHED_SHARE = 0.5;

/** Keeps a trajectory in which at least one arm follows its target most of the time, or says why not. */
export function judgeReach({ status, robot }: RobotTrajectory): Verdict {
  const shares = SIDES.flatMap(side => {
    const p = PARTS.indexOf(`${side}_arm`);
    const own = status.filter((_, i) => i % PARTS.length === p && status[i] !== STATUS_HELD);
    return own.length > 0 ? [own.filter(value => value !== STATUS_UNREACHABLE).length / own.length] : [];
  });
  // A hand alone has no arms to judge.
  if (shares.length === 0 || Math.max(...shares) >= REACHED_SHARE) return { keep: true };
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return {
    keep: false,
    reason: `the arms of ${robot} reach the hands in ${percent(Math.max(...shares))} of the frames at best; at least ${percent(REACHED_SHARE)} are needed`,
  };
}
