/**
 * A thumb that is seen from above points to the table or to the ceiling, which looks the same, and the network's word for it is
 * wrong for seconds, while its places in the picture are right. So every frame has two readings, the network's and its mirror
 * image in depth, and the clip decides (cheapest-way.ts): a thumb does not jump, and it does not bend to the back of the hand.
 * On 48 rendered hands the shape error is 10.0 mm instead of 10.4, that of one person's right hand 11 to 12 instead of 13 to 16; of a real
 * hand (dex-retargeting's clip) it stays at 8.0.
 */
import {
  add,
  dot,
  norm,
  normalize,
  quatConjugate,
  quatRotate,
  scale,
  subtract,
  type Vector3,
  vectorAt,
} from '../core/se3.ts';
import { FINGER_LANDMARKS, HAND_LANDMARKS } from '../core/skeletons.ts';
import { cheapestWay, jumpCost } from './cheapest-way.ts';
import type { Placement, Ray } from './placement.ts';

/** Cost of a frame read against the network's word, once the two tips are this far apart, m. */
const [AGAINST_WORD, APART_M] = [0.3, 0.03];
/** Cost of a tip that is so far, m, behind the palm's plane; it grows with the square of the distance, but no further than this. */
const [BEHIND, BEHIND_M, BEHIND_MOST] = [0.3, 0.01, 1.2];
/** The tip of a working thumb moves so fast beside the palm, m/s, one standard deviation; a jump costs no more than so much. */
const [TIP_SPEED, JUMP_COST] = [0.3, 8];

const [BASE, , MIDDLE, TIP] = FINGER_LANDMARKS.thumb;

/**
 * The landmarks (T, 21, 3) m in the hand frame, as they were fitted frame by frame, with the thumbs mirrored in depth where the clip
 * says so. Frames without a palm stay as they are.
 * @param trust (T,) 0…1 how far a frame is to be believed
 */
export function unflippedThumbs(
  landmarks: Float64Array,
  palms: readonly (Placement | null)[],
  rays: readonly (readonly Ray[] | null)[],
  trust: Float32Array,
  fps: number,
): Float64Array {
  const readings = palms.flatMap((palm, t) => {
    const seen = rays[t];
    if (!palm || !seen) return [];
    const own = FINGER_LANDMARKS.thumb.map(k => vectorAt(landmarks, t * HAND_LANDMARKS + k));
    return [{ t, options: [own, mirrored(own, palm, seen[MIDDLE])] as const }];
  });
  const tip = (n: number, i: number) => readings[n].options[i][TIP - BASE];
  const chosen = cheapestWay(
    readings.map(({ t }, n) => {
      const apart = norm(subtract(tip(n, 1), tip(n, 0))) / APART_M;
      const against = [0, AGAINST_WORD * Math.min(1, apart ** 2)];
      return against.map((cost, i) => {
        const behind = Math.max(0, tip(n, i)[2]) / BEHIND_M;
        return trust[t] * (cost + Math.min(BEHIND_MOST, BEHIND * behind ** 2));
      });
    }),
    (n, i, j) => {
      const seconds = (readings[n].t - readings[n - 1].t) / fps;
      return jumpCost(norm(subtract(tip(n, j), tip(n - 1, i))), seconds, TIP_SPEED, JUMP_COST);
    },
  );
  const out = landmarks.slice();
  readings.forEach(({ t, options }, n) => {
    options[chosen[n]].forEach((p, k) => {
      out.set(p, 3 * (t * HAND_LANDMARKS + BASE + k));
    });
  });
  return out;
}

/** The bones from the base on, mirrored in the plane across the line of sight, which is the same for a thing as small as a thumb. */
function mirrored(thumb: readonly Vector3[], palm: Placement, ray: Ray): Vector3[] {
  const sight = quatRotate(quatConjugate(palm.rotation), normalize([ray[0], ray[1], 1]));
  const across = (v: Vector3): Vector3 => subtract(v, scale(sight, 2 * dot(v, sight)));
  return thumb.map(p => add(thumb[0], across(subtract(p, thumb[0]))));
}
