/**
 * A palm that is seen from its edge, as most hands that hold something are. Its own turn is then read badly, so that
 * the fingers' places in the picture no longer fit on it; and its thumb is behind the palm or behind what it holds,
 * where the networks put it anywhere, and as surely as if they saw it. So both count less, the more the palm is
 * turned away, and a thumb that is not seen is taken to oppose the fingers.
 */
import {
  type KinematicTree,
  type Residual,
  type ResidualOptions,
  vectorResidual,
} from '../../retarget/index.ts';
import { dot, normalize, quatRotate, type Vector3 } from '../core/se3.ts';
import type { Side } from '../core/skeletons.ts';
import type { Placement } from './placement.ts';

/**
 * By how much standard deviations grow until the palm is edge-on. With these, and the opposing thumb, the shape of
 * 22 rendered hands is 9.1 mm off instead of 10.5, the worst 14.7 instead of 17.9; an open hand that shows its
 * broad side stays as it is (dex-retargeting's clip: 7.9 mm from its published joints, 7.7 before).
 */
const FINGERS_GROWTH = 3;
const THUMB_GROWTH = 4;
/**
 * The first metacarpal of a thumb that opposes the fingers, in the hand frame: 40° out from the index finger, and lifted out
 * of the palm's plane by 60° of the 70° that AAOS 1965 gives for abduction.
 */
const OPPOSED_OUT = (40 * Math.PI) / 180;
const OPPOSED_LIFT = (60 * Math.PI) / 180;
/** How far a gripping thumb is from there, rad. */
const OPPOSED_SIGMA = (5 * Math.PI) / 180;

/** 0 for a palm that faces the camera or turns its back to it, 1 for one that is seen from its edge. */
export function edgeOn({ rotation, translation }: Placement): number {
  const facing = dot(quatRotate(rotation, [0, 0, 1]), normalize(translation));
  return (1 - facing * facing) ** 2;
}

/** By how much the evidence of a finger weighs less. */
export const evidenceLeft = (palm: Placement, thumb: boolean): number =>
  (1 + (thumb ? THUMB_GROWTH : FINGERS_GROWTH) * edgeOn(palm)) ** -2;

/** Draws the metacarpal, which is the link named 'lift' of a thumb's tree, to where an opposing thumb has it. */
export function opposingThumb(
  tree: KinematicTree,
  side: Side,
  palms: readonly (Placement | null)[],
  alike: number,
): Residual {
  const out = side === 'right' ? OPPOSED_OUT : -OPPOSED_OUT;
  const across = Math.cos(OPPOSED_LIFT);
  const opposed: Vector3 = [across * Math.cos(out), across * Math.sin(out), -Math.sin(OPPOSED_LIFT)];
  const options: ResidualOptions = {
    name: 'opposing thumb',
    weights: Float64Array.from(palms, palm => (palm ? edgeOn(palm) / (alike * OPPOSED_SIGMA ** 2) : 0)),
  };
  const [base, ahead] = [[0, 0, 0] as const, [1, 0, 0] as const].map(xyz => ({ link: 'lift', xyz }));
  return vectorResidual(
    tree,
    base,
    ahead,
    Float64Array.from({ length: 3 * palms.length }, (_, i) => opposed[i % 3]),
    options,
  );
}
