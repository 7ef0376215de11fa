/** What of a motion can be followed: a frame of a part in which a number is none was not seen. */
import { HAND_LANDMARKS, SIDES, type Side } from '../src/core/skeletons.ts';
import { ABSENT, type HumanMotion } from '../src/core/types.ts';

/** The same motion, with such frames ABSENT; itself where there are none. */
export function toldMotion(motion: HumanMotion): HumanMotion {
  const arms = {} as HumanMotion['arms'];
  const hands = {} as HumanMotion['hands'];
  for (const side of SIDES) {
    arms[side] = toldArm(motion, side);
    hands[side] = toldHand(motion, side);
  }
  const same = SIDES.every(side => arms[side] === motion.arms[side] && hands[side] === motion.hands[side]);
  return same ? motion : { ...motion, arms, hands };
}

function toldArm({ arms, reference }: HumanMotion, side: Side) {
  const arm = arms[side];
  // Only in the torso's frame is it told where the arms are.
  const rows: Rows =
    reference === 'torso'
      ? [
          [arm.upperArm, 3],
          [arm.forearm, 3],
          [arm.confidence, 1],
        ]
      : [];
  return withState(arm, rows);
}

function toldHand({ hands }: HumanMotion, side: Side) {
  const hand = hands[side];
  return withState(hand, [
    [hand.wrist, 3],
    [hand.orientation, 4],
    [hand.landmarks, 3 * HAND_LANDMARKS],
    [hand.confidence, 1],
  ]);
}

type Rows = readonly (readonly [values: Float32Array, width: number])[];

function withState<P extends { state: Uint8Array }>(part: P, rows: Rows): P {
  let state = part.state;
  part.state.forEach((is, t) => {
    if (is === ABSENT) return;
    const told = rows.every(([values, width]) => {
      for (let i = t * width; i < (t + 1) * width; i++) if (!Number.isFinite(values[i])) return false;
      return true;
    });
    if (told) return;
    if (state === part.state) state = part.state.slice();
    state[t] = ABSENT;
  });
  return state === part.state ? part : { ...part, state };
}
