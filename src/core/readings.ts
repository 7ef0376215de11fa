/** What an estimator reads in one frame. Pixels are those of the upright source frame. */

/** A square region of interest: centre and side in px, turned by `angle` rad (image axes, x towards y). */
export interface Roi {
  cx: number;
  cy: number;
  size: number;
  angle: number;
}

/** A hand as the landmark network reads it inside one region. */
export interface HandReading {
  roi: Roi;
  /** Probability that the region holds a hand, 0…1. */
  presence: number;
  /** Probability that it is an anatomical right hand, 0…1. */
  right: number;
  /** (21, 2) px. */
  pixels: Float32Array;
  /** (21, 3) m, centred on the hand, along the camera's axes. */
  world: Float32Array;
}

/** A body as the landmark network reads it inside one region. */
export interface BodyReading {
  roi: Roi;
  presence: number;
  /** (33, 2) px. */
  pixels: Float32Array;
  /** (33, 3) m, hip-centred, along the camera's axes. */
  world: Float32Array;
  /** (33,) 0…1: probability that the point is inside the frame and not occluded. */
  visibility: Float32Array;
  /** Where to look in the next frame. */
  next: Roi;
}

export interface FrameReading {
  /** Every credible hand, at most a handful; which is whose is decided over the whole clip. */
  hands: HandReading[];
  body: BodyReading | null;
  /** People in the picture when the body was chosen among them, where the engine counts them. */
  people?: number;
}
