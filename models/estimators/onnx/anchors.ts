/**
 * The grid of places that a single-shot detector looks at.
 * Source: mediapipe/calculators/tflite/ssd_anchors_calculator.cc with the options of palm_detection_cpu.pbtxt and
 * pose_detection_cpu.pbtxt: fixed_anchor_size, aspect ratio 1 with an interpolated scale (two per cell and layer),
 * offset one half; layers of equal stride share their cells.
 */
const ANCHORS_PER_LAYER = 2;

/** @returns (N, 2) centres in shares of the input's side. */
export const anchorCentres = (inputSize: number, strides: readonly number[]): Float32Array => {
  const centres: number[] = [];
  for (let layer = 0; layer < strides.length; ) {
    const stride = strides[layer];
    let perCell = 0;
    for (; strides[layer] === stride; layer++) perCell += ANCHORS_PER_LAYER;
    const cells = Math.ceil(inputSize / stride);
    for (let y = 0; y < cells; y++) {
      for (let x = 0; x < cells; x++) {
        for (let i = 0; i < perCell; i++) centres.push((x + 0.5) / cells, (y + 0.5) / cells);
      }
    }
  }
  return Float32Array.from(centres);
};
