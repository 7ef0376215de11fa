/**
 * Weights of the squared residuals, per frame at 30 frames per second. Those of the arms start from
 * xr_teleoperate's arm inverse kinematics (wrist position 50, orientation 1); those of the
 * fingers keep dex-retargeting's proportions (vector 1, SmoothL1 β 0.02; DexPilot pinch far above it).
 */
export const ARM_WEIGHTS = {
  wristPosition: 50,
  /**
   * Less than half of the published weight, and an elbow at a third of the wrist: where a robot's wrist cannot turn
   * as a person's can (an inverted grip before the chest), the place of the hand counts more than its turn. Chosen
   * on five real clips among 0.2 to 1 and 8 to 30: at (1, 5) 75 frames of an arm are out of reach, at (1, 30)
   * 42, at (0.4, 15) 29, at (0.2, 30) 15 but with the hand turned by 90° in the pour of one.
   */
  wristOrientation: 0.4,
  elbowPosition: 15,
  handToHand: 10,
  /**
   * Twenty times the wrist's: a wrist and a hand-to-hand target that both pull at full Huber force are held
   * 3 mm inside the margin of 20 mm, so the surfaces never touch.
   */
  collision: 1000,
  /**
   * Rest and velocity lie far below xr_teleoperate's 0.02 and 0.1: over a whole episode the acceleration term
   * already smooths, and at those weights the pull to the rest pose alone moves the wrist by a millimetre.
   */
  rest: 0.00005,
  /** Added to `rest` where nothing else leads an arm. */
  home: 0.00015,
  velocity: 0.02,
  acceleration: 0.5,
} as const;

export const HAND_WEIGHTS = {
  /** In arm units, so that a finger and a wrist of the same error pull alike. */
  tip: 50,
  /** A fifth: the robot's middle phalanges are shorter than a person's, the tips are what touches. */
  middle: 10,
  /** At full contact; less of it the nearer to PINCH_RELEASE_M. */
  pinch: 1000,
  /** A knuckle near the end of what a tip can show is moved by millimetres at ten times this. */
  rest: 0.00005,
  velocity: 0.01,
  acceleration: 0.05,
} as const;

/** Norm at which a wrist or elbow residual stops being quadratic, m: a tenth of the arm. */
export const ARM_HUBER_M = 0.05;
/** rad. */
export const ORIENTATION_HUBER_RAD = 0.5;
/** dex-retargeting's SmoothL1 β, m. */
export const FINGER_HUBER_M = 0.02;

/**
 * A person's thumb and finger nearer than this are in contact, m (the idea: DexPilot, Handa et al. 2020). Tips that touch on rendered
 * people are read 10 to 57 mm apart, so the gap closes over a wide range.
 */
export const PINCH_CONTACT_M = 0.04;
/** A finger so much further from the thumb than the nearest one does not touch it too, m. */
export const PINCH_BESIDE_M = 0.03;
/** Further than this they are apart, m. */
export const PINCH_RELEASE_M = 0.07;

/** A wrist that stays further than this from its target is reported unreachable, m. */
export const UNREACHABLE_M = 0.05;

/** Weight of a bridged frame relative to a confidently seen one. */
export const FILLED_TRUST = 0.3;
/** Least weight of a seen frame, however low its confidence. */
export const SEEN_TRUST = 0.05;

/** A weight for trusts, (T,). */
export const times = (trust: Float64Array, weight: number): Float64Array => trust.map(v => v * weight);
