/**
 * The plain data that flows between stages. T frames, K landmarks, J joints.
 * Arrays are row-major typed arrays; positions are metres, angles radians, times seconds,
 * quaternions w x y z. Camera frames are OpenCV's (x right, y down, z forward);
 * torso and robot frames are x forward, y left, z up.
 */
import type { Side } from './skeletons.ts';

export type View = 'third-person' | 'egocentric';

/** Pinhole camera in pixels of the upright source frame; (0, 0) is the corner of the first pixel. */
export interface Camera {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  /** 'assumed': focal length √(W² + H²), of a worn camera 0.6 of the longer side; principal point in the middle. */
  source: 'flag' | 'metadata' | 'assumed';
}

/**
 * A video, or a span of it, on a constant-rate time grid: its frame i is shown at (firstFrame + i) / fps of the
 * video. Pixels stay on disk.
 */
export interface Clip {
  /** SHA-256 of the media file, hex. */
  id: string;
  path: string;
  /** Upright size in px, after rotation metadata. */
  width: number;
  height: number;
  /** Rate of the grid, frames per second. */
  fps: number;
  /** Where the span starts on the whole video's grid; 0 for the whole video. */
  firstFrame: number;
  /** Number of grid frames, T. */
  frames: number;
}

/** One decoded, upright frame: RGB24, row-major, no padding, width·height·3 bytes. */
export interface RgbFrame {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Per-frame state of a track. `filled` was not seen in its frame but bridged from its neighbours. */
export const ABSENT = 0;
export const SEEN = 1;
export const FILLED = 2;
export type FrameState = typeof ABSENT | typeof SEEN | typeof FILLED;

/** Landmarks of one hand or body through a clip. Where state is ABSENT the values are zero. */
export interface LandmarkTrack {
  skeleton: 'hand' | 'body';
  /** The person's own side; null for a body. */
  side: Side | null;
  /**
   * Frame of `positions`: 'local' is centred on the hand (hands) or hips (body) with the camera's axes,
   * as the networks give it; 'camera' is metric in the camera frame.
   */
  frame: 'local' | 'camera';
  /** (T, K, 2) px of the upright source frame. */
  pixels: Float32Array;
  /** (T, K, 3) m. */
  positions: Float32Array;
  /** (T,) 0…1. */
  confidence: Float32Array;
  /** (T, K) 0…1 for a body; null for hands. */
  visibility: Float32Array | null;
  /** (T,) 0…1: the network's own word that a 'local' hand is of `side`. It reads a palm as the back of the other hand. */
  handedness?: Float32Array;
  /** (T,) 1 where it read the other hand, and the fingers have been put into this one's order; see motion/finger-order.ts. */
  reordered?: Uint8Array;
  /** (T,) ABSENT | SEEN | FILLED. */
  state: Uint8Array;
}

/** What perception says of a clip: one track per anatomical hand, one body, the view and why. */
export interface Perception {
  view: View;
  /** In words, for people. */
  viewReason: string;
  camera: Camera;
  left: LandmarkTrack;
  right: LandmarkTrack;
  body: LandmarkTrack;
  /** First frame of each shot but the first, ascending; absent when there is one shot. */
  cuts?: readonly number[];
  /**
   * (T,) how much the picture changed in the moment that ends with each frame, in what noise may change it (motion/picture.ts):
   * below 1 it stood still. NaN where nothing is known.
   */
  pictureChange?: Float32Array;
}

/** Between two scene cuts: nothing that is measured in one shot holds in another. */
export interface Shot {
  /** First frame. */
  start: number;
  bones: HumanMotion['bones'];
  palmLengthM: Record<Side, number>;
  scale: string;
}

/** One arm in the motion's reference frame. */
export interface ArmMotion {
  /** (T, 3) unit vector shoulder → elbow. Zero where the state is ABSENT (always, in egocentric views). */
  upperArm: Float32Array;
  /** (T, 3) unit vector elbow → wrist, likewise. */
  forearm: Float32Array;
  /** (T,) ABSENT | SEEN | FILLED. */
  state: Uint8Array;
  /** (T,) 0…1. */
  confidence: Float32Array;
}

/**
 * One hand in the motion's reference frame.
 * Hand frame: origin at the wrist, x towards the middle knuckle, z out of the back of the hand, y = z × x
 * (palm down and fingers forward: x forward, y left, z up, for either hand).
 */
export interface HandMotion {
  /** (T, 3) m: wrist in the reference frame. */
  wrist: Float32Array;
  /** (T, 4) w x y z: referenceFromHand. */
  orientation: Float32Array;
  /** (T, 21, 3) m: landmarks in the hand frame; the wrist is the origin. */
  landmarks: Float32Array;
  /** (T,) ABSENT | SEEN | FILLED. */
  state: Uint8Array;
  /** (T,) 0…1. */
  confidence: Float32Array;
  /** (T,) m: standard deviation of the wrist's place in the reference frame, three axes together. */
  wristSigma: Float32Array;
  /** (T,) m: standard deviation of the fingertips in the hand frame, likewise, their mean. */
  tipsSigma: Float32Array;
  /** Distance wrist → middle knuckle of this person's hand, m: one number per clip. */
  palmLengthM: number;
  /**
   * (T,) distance in the picture between the landmarks as they were seen and as they are told here, root mean square,
   * in palm lengths; 1 where what was seen was not believed, NaN where nothing was seen.
   */
  reprojection?: Float32Array;
  /** (T,) noise of the landmarks as they were seen, from frame to frame, in palm lengths; NaN where five frames are not seen. */
  tremor?: Float32Array;
  /** (T,) speed of the liveliest quarter of the landmarks in the picture, palm lengths per second; NaN where not seen. */
  stir?: Float32Array;
  /** (T,) 1 where the hand is seen where the other hand just was, and not where it was itself. */
  exchanged?: Uint8Array;
  /** (T,) 1 where the very same was seen as in the frame before: the picture stood still. */
  stale?: Uint8Array;
  /** (T,) 1 where the hand reads as moving, or is not seen, though it stays where it is. */
  wavering?: Uint8Array;
}

/** A person's upper body and hands through a clip, smoothed, metric, on the clip's grid. */
export interface HumanMotion {
  view: View;
  fps: number;
  frames: number;
  /**
   * 'torso': x forward, y left, z up, origin midway between the shoulders (third person).
   * 'camera': head camera with OpenCV axes (egocentric).
   */
  reference: 'torso' | 'camera';
  arms: Record<Side, ArmMotion>;
  hands: Record<Side, HandMotion>;
  /** One set of bone lengths per person, m. Zero when the body was not seen. */
  bones: { shoulderWidthM: number; upperArmM: number; forearmM: number };
  /** How the metric scale was found, in words for the dataset card. */
  scale: string;
  /**
   * What was measured in each shot; absent when there is one. `bones`, `palmLengthM` and `scale` above are then the
   * first shot's, and `sliceMotion` gives a part those of its own shot.
   */
  shots?: readonly Shot[];
  /** (T,) 1 where the picture itself stands still. */
  pictureStill?: Uint8Array;
}

/** A part of a clip that is worth demonstrating: frames [start, end). */
export interface Demonstration {
  start: number;
  end: number;
  task: string;
  /** Why it was cut here. */
  reason: string;
}

/** Per-frame status of one arm or hand of a trajectory. */
export const STATUS_OK = 0;
export const STATUS_FILLED = 1;
/** The human part was absent: the robot's part stays at, or moves to, its rest pose. */
export const STATUS_HELD = 2;
/** The target lies outside of the reach: the residual says by how much. */
export const STATUS_UNREACHABLE = 3;
export const STATUS_NAMES = ['ok', 'filled', 'held', 'unreachable'] as const;

/** Parts of a robot that carry their own status, confidence and residual, in dataset order. */
export const PARTS = ['left_arm', 'right_arm', 'left_hand', 'right_hand'] as const;
export type Part = (typeof PARTS)[number];

/** A robot's motion. */
export interface RobotTrajectory {
  robot: string;
  fps: number;
  /** J independent joints, in the order of the robot's table (URDF order). */
  jointNames: readonly string[];
  /** (T, J) rad (m for prismatic joints). */
  q: Float32Array;
  /** (T, 4) STATUS_… per PARTS. */
  status: Uint8Array;
  /** (T, 4): wrist error in m for the arms, mean fingertip error in m for the hands; NaN where held. */
  positionResidual: Float32Array;
  /** (T, 2): wrist orientation error in rad, left then right; NaN where held. */
  orientationResidual: Float32Array;
  /** Largest |joint speed| / speed limit over the trajectory, per joint, (J,). */
  speedUse: Float32Array;
}

/** A verdict that carries its reason. */
export type Verdict = { keep: true } | { keep: false; reason: string };
