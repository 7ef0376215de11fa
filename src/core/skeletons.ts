/**
 * Names and indices of the landmarks, in MediaPipe's order.
 * Source: MediaPipe Hand Landmarker and Pose Landmarker model cards.
 */
export type Side = 'left' | 'right';
export const SIDES: readonly Side[] = ['left', 'right'];
export const otherSide = (side: Side): Side => (side === 'left' ? 'right' : 'left');

export type Finger = 'thumb' | 'index' | 'middle' | 'ring' | 'pinky';
export const FINGERS: readonly Finger[] = ['thumb', 'index', 'middle', 'ring', 'pinky'];

/** 21 landmarks of a hand: wrist, then four per finger from the palm outwards. */
export const HAND_LANDMARKS = 21;
export const WRIST = 0;
/** Landmark indices per finger: CMC, MCP, IP, TIP for the thumb; MCP, PIP, DIP, TIP for the others. */
export const FINGER_LANDMARKS: Record<Finger, readonly [number, number, number, number]> = {
  thumb: [1, 2, 3, 4],
  index: [5, 6, 7, 8],
  middle: [9, 10, 11, 12],
  ring: [13, 14, 15, 16],
  pinky: [17, 18, 19, 20],
};
/** Thumb first. */
export const FINGERTIPS: readonly number[] = FINGERS.map(finger => FINGER_LANDMARKS[finger][3]);
/** With the wrist it says which way a palm points. */
export const MIDDLE_KNUCKLE = FINGER_LANDMARKS.middle[0];
/** Rigid points of the palm: wrist, thumb CMC and the four knuckles. */
export const PALM_LANDMARKS: readonly number[] = [0, 1, 5, 9, 13, 17];
/** Bones as landmark pairs, for drawing and bone lengths. */
export const HAND_BONES: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 4],
  [0, 5],
  [5, 6],
  [6, 7],
  [7, 8],
  [5, 9],
  [9, 10],
  [10, 11],
  [11, 12],
  [9, 13],
  [13, 14],
  [14, 15],
  [15, 16],
  [13, 17],
  [17, 18],
  [18, 19],
  [19, 20],
  [0, 17],
];

/** 33 landmarks of a body. Left and right are the person's own. */
export const BODY_LANDMARKS = 33;
export const BODY: {
  readonly nose: number;
  readonly ear: Record<Side, number>;
  readonly shoulder: Record<Side, number>;
  readonly elbow: Record<Side, number>;
  readonly wrist: Record<Side, number>;
  readonly pinky: Record<Side, number>;
  readonly index: Record<Side, number>;
  readonly thumb: Record<Side, number>;
  readonly hip: Record<Side, number>;
} = {
  nose: 0,
  ear: { left: 7, right: 8 },
  shoulder: { left: 11, right: 12 },
  elbow: { left: 13, right: 14 },
  wrist: { left: 15, right: 16 },
  pinky: { left: 17, right: 18 },
  index: { left: 19, right: 20 },
  thumb: { left: 21, right: 22 },
  hip: { left: 23, right: 24 },
};
/** Bones of the upper body, for drawing. */
export const BODY_BONES: readonly (readonly [number, number])[] = [
  [11, 12],
  [11, 13],
  [13, 15],
  [12, 14],
  [14, 16],
  [11, 23],
  [12, 24],
  [23, 24],
];
