/**
 * Where to look for landmarks: regions from detections and from the landmarks of the frame before.
 * Pure geometry, px of the frame. Sources: MediaPipe's palm_detection_detection_to_roi.pbtxt,
 * hand_landmark_landmarks_to_roi.pbtxt with hand_landmarks_to_rect_calculator.cc, pose_detection_to_roi.pbtxt and
 * pose_landmarks_to_roi.pbtxt with alignment_points_to_rects_calculator.cc.
 */
import type { Roi } from '../../../src/core/readings.ts';
import type { Detection } from '../types.ts';

type Point = readonly [number, number];

const PALM_WRIST = 0;
const PALM_MIDDLE_KNUCKLE = 2;
/** A palm box grows to a whole hand: moved by half its height towards the fingers. */
const PALM_SCALE = 2.6;
const PALM_SHIFT = -0.5;

/** Wrist, knuckles and the joints above them; fingertips would make the region jump. */
const STEADY_LANDMARKS = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18];
const HAND_SCALE = 2.0;
const HAND_SHIFT = -0.1;

const POSE_SCALE = 1.25;

/** The turn that makes the direction from → to point up in the region, rad in (−π, π]. */
export const uprightAngle = ([x0, y0]: Point, [x1, y1]: Point): number => {
  const turn = Math.PI / 2 - Math.atan2(y0 - y1, x1 - x0);
  return turn > Math.PI ? turn - 2 * Math.PI : turn;
};

export const roiFromPalm = ({ x1, y1, x2, y2, keypoints }: Detection): Roi =>
  grow(
    (x1 + x2) / 2,
    (y1 + y2) / 2,
    x2 - x1,
    y2 - y1,
    uprightAngle(keypoints[PALM_WRIST], keypoints[PALM_MIDDLE_KNUCKLE]),
    PALM_SCALE,
    PALM_SHIFT,
  );

/** Region of the same hand in the next frame. @param pixels (21, 2) px. */
export const roiFromHand = (pixels: Float32Array): Roi => {
  const at = (k: number): Point => [pixels[2 * k], pixels[2 * k + 1]];
  const [index, middle, ring] = [at(5), at(9), at(13)];
  // The middle knuckle counts as much as its two neighbours together.
  const knuckles: Point = [
    ((index[0] + ring[0]) / 2 + middle[0]) / 2,
    ((index[1] + ring[1]) / 2 + middle[1]) / 2,
  ];
  const angle = uprightAngle(at(0), knuckles);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const k of STEADY_LANDMARKS) {
    const [x, y] = at(k);
    const along = x * cos + y * sin;
    const down = y * cos - x * sin;
    left = Math.min(left, along);
    right = Math.max(right, along);
    top = Math.min(top, down);
    bottom = Math.max(bottom, down);
  }
  const along = (left + right) / 2;
  const down = (top + bottom) / 2;
  return grow(
    along * cos - down * sin,
    along * sin + down * cos,
    right - left,
    bottom - top,
    angle,
    HAND_SCALE,
    HAND_SHIFT,
  );
};

export const roiFromPose = ({ keypoints }: Detection): Roi => roiFromAlignment(keypoints[0], keypoints[1]);

/**
 * Region of a body from its two alignment points: the middle of the hips, and a point on the circle around it
 * that holds the whole body, in the direction of the head.
 */
export const roiFromAlignment = (centre: Point, rim: Point): Roi => ({
  cx: centre[0],
  cy: centre[1],
  size: 2 * Math.hypot(rim[0] - centre[0], rim[1] - centre[1]) * POSE_SCALE,
  angle: uprightAngle(centre, rim),
});

/** RectTransformationCalculator with square_long: shift by a share of the height, then square the long side. */
const grow = (
  cx: number,
  cy: number,
  width: number,
  height: number,
  angle: number,
  scale: number,
  shift: number,
): Roi => ({
  cx: cx - height * shift * Math.sin(angle),
  cy: cy + height * shift * Math.cos(angle),
  size: Math.max(width, height) * scale,
  angle,
});
