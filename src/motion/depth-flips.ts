/**
 * Towards the camera or away from it? A bone of known length looks the same both ways (Taylor 2000; Sminchisescu and Triggs
 * 2003), and the pose network's word for an upper arm is wrong for seconds on end: the elbow jumps by 20 cm in depth and takes
 * forearm and hand with it. So every frame has two readings, the network's and its mirror image in depth, and the clip decides
 * (cheapest-way.ts): elbows do not jump, and the size of a hand that is read well tells how far away it is.
 * On 34 rendered arms the upper arm's direction is off by 14.7° instead of 16.8° (16.9° instead of 17.6° with an assumed lens); of
 * 14 with the heavy pose network, which is wrong in half of them, by 21° instead of 46°.
 */
import { cheapestWay, jumpCost } from './cheapest-way.ts';
import { logDepthOf } from './placement.ts';

/** Cost of a frame read against the network's word, once elbow and mirror image are this far apart in depth, m. */
const [AGAINST_WORD, APART_M] = [0.3, 0.1];
/** An elbow changes its depth by so much within a second, m/s, one standard deviation; a jump costs no more than so much. */
const [ELBOW_SPEED, JUMP_COST] = [1, 4];
/**
 * Standard deviation of a hand's log depth, neither its person's size nor the lens well known,
 * the cost of one that is far off, and the power of its confidence with which its word falls.
 */
const [LOG_DEPTH_SIGMA, FAR_OFF_COST, DOUBT] = [0.2, 4, 3];

/** One frame's two readings of an arm. */
export interface ArmReadings {
  frame: number;
  /** Elbow and wrist (6,) m in the camera frame: as the network says, and mirrored. */
  options: readonly [number[], number[]];
  /** Natural logarithm of the wrist's depth in m as the hand's size tells it, and how far that is to be believed, 0…1. */
  logDepth: number;
  trust: number;
}

const [ELBOW_Z, WRIST_Z] = [2, 5];

/** Which of the two, for every entry of `readings`, in order of time. */
export const chooseDepths = (readings: readonly ArmReadings[], fps: number): number[] =>
  cheapestWay(
    readings.map(reading => [ownCost(reading, 0), ownCost(reading, 1)]),
    (n, i, j) => moveCost(readings[n - 1], i, readings[n], j, fps),
  );

function ownCost({ options, logDepth, trust }: ArmReadings, i: number): number {
  const apart = (options[1][ELBOW_Z] - options[0][ELBOW_Z]) / APART_M;
  const off = (logDepthOf(options[i][WRIST_Z]) - logDepth) / LOG_DEPTH_SIGMA;
  return (
    (i === 1 ? AGAINST_WORD * Math.min(1, apart ** 2) : 0) + trust ** DOUBT * Math.min(FAR_OFF_COST, off ** 2)
  );
}

function moveCost(before: ArmReadings, i: number, now: ArmReadings, j: number, fps: number): number {
  const moved = now.options[j][ELBOW_Z] - before.options[i][ELBOW_Z];
  return jumpCost(moved, (now.frame - before.frame) / fps, ELBOW_SPEED, JUMP_COST);
}
