/**
 * Weighted non-maximum suppression: boxes that overlap the best one are averaged with it by score.
 * Source: mediapipe/calculators/util/non_max_suppression_calculator.cc (WEIGHTED, INTERSECTION_OVER_UNION);
 * BlazeFace, Bazarevsky et al. 2019, section 3.5.
 */
import type { Detection } from '../types.ts';

/** min_suppression_threshold of palm_detection_cpu.pbtxt and pose_detection_cpu.pbtxt. */
const SAME_OBJECT_IOU = 0.3;

export const intersectionOverUnion = (a: Detection, b: Detection): number => {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
};

/** @returns one detection per object, best first, with the score of its best candidate. */
export const suppress = (candidates: readonly Detection[]): Detection[] => {
  let remaining = [...candidates].sort((a, b) => b.score - a.score);
  const kept: Detection[] = [];
  while (remaining.length > 0) {
    const best = remaining[0];
    const same: Detection[] = [best];
    const others: Detection[] = [];
    for (const candidate of remaining.slice(1)) {
      (intersectionOverUnion(best, candidate) > SAME_OBJECT_IOU ? same : others).push(candidate);
    }
    kept.push(same.length === 1 ? best : average(same));
    remaining = others;
  }
  return kept;
};

const area = ({ x1, y1, x2, y2 }: Detection): number => (x2 - x1) * (y2 - y1);

const average = (detections: readonly Detection[]): Detection => {
  let total = 0;
  for (const { score } of detections) total += score;
  const mean = (value: (detection: Detection) => number): number => {
    let sum = 0;
    for (const detection of detections) sum += value(detection) * detection.score;
    return sum / total;
  };
  return {
    score: detections[0].score,
    x1: mean(d => d.x1),
    y1: mean(d => d.y1),
    x2: mean(d => d.x2),
    y2: mean(d => d.y2),
    keypoints: detections[0].keypoints.map((_, k) => [
      mean(d => d.keypoints[k][0]),
      mean(d => d.keypoints[k][1]),
    ]),
  };
};
