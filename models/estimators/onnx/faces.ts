/**
 * Nothing of a face is a hand. The palm detector finds ears, noses and mouths of people near the camera, and the hand network
 * reads them as hands, with presences up to 0.9, for as long as they are in the picture. But a hand is as large as a face, and an
 * ear is not: on two films of talking heads such readings have 0.2 to 0.75 of the face's scale, on six films real hands near or
 * before a face 1.25 and more.
 */
import { handScale } from '../../../src/core/anatomy.ts';
import type { ModelFile } from '../../../src/core/artifacts.ts';
import type { HandReading } from '../../../src/core/readings.ts';
import type { RgbFrame } from '../../../src/core/types.ts';
import { letterbox } from '../crop.ts';
import { modelFile } from '../files.ts';
import type { Detection } from '../types.ts';
import { Detector, type DetectorFormat } from './detector.ts';

/** Source: face_detection_full_range.pbtxt. */
const FACE: DetectorFormat = {
  network: 'face-detection-full-range',
  picture: { size: 192, scale: 2 / 255, offset: -1, border: 'zero' },
  strides: [4],
  anchors: 1,
  keypoints: 6,
};
/** Faces below this score are none (as palms and bodies). */
const MIN_SCORE = 0.5;
/** Side of a face's box, m: from the chin to the middle of the forehead, measured on rendered people. */
const FACE_M = 0.2;
/** From the middle of the box to its ears and beyond, in its sides. */
const REACH = 0.75;
/** A reading of less than this share of the face's scale is a part of it. */
const PART_SCALE = 0.8;

/** Is this reading an ear, a nose or a mouth of that face? */
export function isPartOfFace(hand: HandReading, { x1, y1, x2, y2 }: Detection): boolean {
  const side = Math.max(x2 - x1, y2 - y1);
  const away = (axis: 0 | 1, middle: number) => {
    let sum = 0;
    for (let k = axis; k < hand.pixels.length; k += 2) sum += hand.pixels[k];
    return Math.abs((2 * sum) / hand.pixels.length - middle);
  };
  return (
    Math.max(away(0, (x1 + x2) / 2), away(1, (y1 + y2) / 2)) < REACH * side &&
    handScale(hand) < PART_SCALE * (side / FACE_M)
  );
}

export class Faces {
  readonly model: ModelFile = modelFile(FACE.network);
  private readonly detector: Detector;

  private constructor(detector: Detector) {
    this.detector = detector;
  }

  /** @throws ModelError, StoreError as ensureModel. */
  static async load(cacheDir: string): Promise<Faces> {
    return new Faces(await Detector.load(FACE, cacheDir, MIN_SCORE));
  }

  /** The hands that are none of the frame's faces; without hands nothing is looked for. */
  async without(frame: RgbFrame, hands: HandReading[]): Promise<HandReading[]> {
    if (hands.length === 0) return hands;
    const faces = await this.detector.detect(frame, letterbox(frame));
    return hands.filter(hand => !faces.some(face => isPartOfFace(hand, face)));
  }

  close(): Promise<void> {
    return this.detector.close();
  }
}
