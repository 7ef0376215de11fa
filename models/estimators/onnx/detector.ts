/**
 * A single-shot detector: one look at a square, boxes with keypoints out.
 * Source of the decoding: mediapipe/calculators/tensor/tensors_to_detections_calculator.cc with the options of
 * palm_detection_cpu.pbtxt, pose_detection_cpu.pbtxt and face_detection_full_range.pbtxt (x, y and size relative to the anchor, scaled by the
 * input's side; sigmoid on scores clipped at ±100).
 */
import type { Roi } from '../../../src/core/readings.ts';
import type { RgbFrame } from '../../../src/core/types.ts';
import { type CropFormat, crop } from '../crop.ts';
import type { NetworkName } from '../files.ts';
import type { Detection } from '../types.ts';
import { anchorCentres } from './anchors.ts';
import { Network } from './network.ts';
import { suppress } from './suppression.ts';

export interface DetectorFormat {
  network: NetworkName;
  picture: CropFormat;
  /** Of each output layer, px of the input. */
  strides: readonly number[];
  /** Anchors of each of a layer's cells. */
  anchors: 1 | 2;
  /** Keypoints per box, K: a row of the output holds 4 + 2·K numbers. */
  keypoints: number;
}

const MAX_LOGIT = 100;
const sigmoid = (logit: number): number =>
  1 / (1 + Math.exp(-Math.max(-MAX_LOGIT, Math.min(MAX_LOGIT, logit))));

export class Detector {
  private readonly network: Network;
  private readonly format: DetectorFormat;
  private readonly anchors: Float32Array;
  private readonly minLogit: number;

  private constructor(network: Network, format: DetectorFormat, minScore: number) {
    this.network = network;
    this.format = format;
    this.anchors = anchorCentres(format.picture.size, format.strides, format.anchors);
    this.minLogit = Math.log(minScore / (1 - minScore));
  }

  /** @param minScore boxes below it are dropped before suppression, 0…1. */
  static async load(format: DetectorFormat, cacheDir: string, minScore: number): Promise<Detector> {
    return new Detector(await Network.load(format.network, cacheDir), format, minScore);
  }

  /** Objects in a square region of the frame, best first, in px of the frame. */
  async detect(frame: RgbFrame, region: Roi): Promise<Detection[]> {
    const found = await this.network.run(
      input => crop(frame, region, this.format.picture, input),
      ({ Identity: boxes, Identity_1: logits }) => this.decode(boxes, logits),
    );
    return suppress(found).map(detection => fromRegion(detection, region));
  }

  close(): Promise<void> {
    return this.network.close();
  }

  /** @returns candidates in shares of the region's side. */
  private decode(boxes: Float32Array, logits: Float32Array): Detection[] {
    const { picture, keypoints } = this.format;
    const columns = 4 + 2 * keypoints;
    const found: Detection[] = [];
    for (let i = 0; i < logits.length; i++) {
      if (logits[i] < this.minLogit) continue;
      const at = (column: number): number => boxes[i * columns + column] / picture.size;
      const ax = this.anchors[2 * i];
      const ay = this.anchors[2 * i + 1];
      const [cx, cy, halfWidth, halfHeight] = [ax + at(0), ay + at(1), at(2) / 2, at(3) / 2];
      found.push({
        score: sigmoid(logits[i]),
        x1: cx - halfWidth,
        y1: cy - halfHeight,
        x2: cx + halfWidth,
        y2: cy + halfHeight,
        keypoints: Array.from(
          { length: keypoints },
          (_, k) => [ax + at(4 + 2 * k), ay + at(5 + 2 * k)] as const,
        ),
      });
    }
    return found;
  }
}

/** Boxes stay upright: in a turned region their centre turns, their sides do not. */
const fromRegion = (detection: Detection, { cx, cy, size, angle }: Roi): Detection => {
  const cos = Math.cos(angle) * size;
  const sin = Math.sin(angle) * size;
  const toFrame = (x: number, y: number): [number, number] => [
    cx + (x - 0.5) * cos - (y - 0.5) * sin,
    cy + (x - 0.5) * sin + (y - 0.5) * cos,
  ];
  const { score, x1, y1, x2, y2, keypoints } = detection;
  const [x, y] = toFrame((x1 + x2) / 2, (y1 + y2) / 2);
  const halfWidth = ((x2 - x1) / 2) * size;
  const halfHeight = ((y2 - y1) / 2) * size;
  return {
    score,
    x1: x - halfWidth,
    y1: y - halfHeight,
    x2: x + halfWidth,
    y2: y + halfHeight,
    keypoints: keypoints.map(([kx, ky]) => toFrame(kx, ky)),
  };
};
