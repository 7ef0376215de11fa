/**
 * Moving body landmarks onto the peak of their heat map.
 * Source: mediapipe/calculators/util/refine_landmarks_from_heatmap_calculator.cc with the options of
 * tensors_to_pose_landmarks_and_segmentation.pbtxt (kernel 7, minimum confidence 0.5).
 */
const REACH = 3;
const MIN_PEAK = 0.5;

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/**
 * Replaces a point by the mean of the map around it, weighted by probability, where the map is sure.
 * @param points rows of `stride` numbers that start with x, y in px of a picture of side `side`; changed in place.
 * @param logits (count, cells, cells)
 */
export const refine = (
  points: Float32Array,
  stride: number,
  count: number,
  side: number,
  logits: Float32Array,
  cells: number,
): void => {
  for (let k = 0; k < count; k++) {
    const column = Math.floor((points[stride * k] / side) * cells);
    const row = Math.floor((points[stride * k + 1] / side) * cells);
    if (column < 0 || column >= cells || row < 0 || row >= cells) continue;
    const top = Math.max(0, row - REACH);
    const bottom = Math.min(cells - 1, row + REACH);
    const left = Math.max(0, column - REACH);
    const right = Math.min(cells - 1, column + REACH);
    let [sum, sumX, sumY, peak] = [0, 0, 0, 0];
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const weight = sigmoid(logits[(k * cells + y) * cells + x]);
        sum += weight;
        sumX += weight * x;
        sumY += weight * y;
        if (weight > peak) peak = weight;
      }
    }
    if (peak < MIN_PEAK) continue;
    points[stride * k] = (sumX / sum / cells) * side;
    points[stride * k + 1] = (sumY / sum / cells) * side;
  }
};
