/**
 * An arm that is lost from sight and found again where it was has most likely stayed there. What the person did
 * meanwhile is not known and not claimed, the status remains `held`; but a robot that lets its arm sink to rest and
 * lifts it again would do what the person hardly did.
 */
import { distance, slerp } from '../src/core/se3.ts';
import { ABSENT } from '../src/core/types.ts';
import type { ArmTargets } from './targets.ts';
import { FILLED_TRUST } from './weights.ts';

/** People at work stay where they were for at least this long, s … */
const HOLD_S = 3;
/** … and a wrist that is no farther than this from where it was has stayed, m: two breadths of a hand. */
const STAYED_M = 0.16;

/** Gives such absences targets on the straight way from one known frame to the other, trusted like a bridge. */
export function holdThroughGaps(targets: ArmTargets, fps: number): ArmTargets {
  const { state } = targets;
  for (let start = 1; start < state.length; start++) {
    if (state[start] !== ABSENT || state[start - 1] === ABSENT) continue;
    let end = start;
    while (end < state.length && state[end] === ABSENT) end++;
    if (end === state.length || end - start >= HOLD_S * fps) continue;
    const wristAt = (t: number) => targets.wristInReach.subarray(3 * t, 3 * t + 3);
    if (distance(wristAt(start - 1), wristAt(end)) > STAYED_M) continue;
    const [from, to] = [start - 1, end];
    const known = (trust: Float64Array) => Math.min(trust[from], trust[to]) > 0;
    const [elbow, turn] = [known(targets.elbowTrust), known(targets.orientationTrust)];
    const orientationAt = (t: number) => targets.orientation.subarray(4 * t, 4 * t + 4);
    for (let t = start; t < end; t++) {
      const share = (t - from) / (to - from);
      for (const series of [targets.wrist, targets.wristInReach, targets.elbow])
        for (let a = 0; a < 3; a++)
          series[3 * t + a] = (1 - share) * series[3 * from + a] + share * series[3 * to + a];
      targets.stretch[t] = (1 - share) * targets.stretch[from] + share * targets.stretch[to];
      targets.wristTrust[t] = FILLED_TRUST;
      if (elbow) targets.elbowTrust[t] = FILLED_TRUST;
      if (!turn) continue;
      targets.orientation.set(slerp(orientationAt(from), orientationAt(to), share), 4 * t);
      targets.orientationTrust[t] = FILLED_TRUST;
    }
  }
  return targets;
}
