/**
 * The grid of places that a single-shot detector looks at.
 * Source: mediapipe/calculators/tflite/ssd_anchors_calculator.cc with the options of palm_detection_cpu.pbtxt,
 * pose_detection_cpu.pbtxt and face_detection_full_range.pbtxt: fixed_anchor_size, aspect ratio 1, offset one half; layers of
 * equal stride share their cells.
 */

/**
 * @param perLayer anchors of a cell and layer: 2 with an interpolated scale, 1 without
 * @returns (N, 2) centres in shares of the input's side
 */
export const anchorCentres = (
  inputSize: number,
  strides: readonly number[],
  perLayer: 1 | 2,
): Float32Array => {
  const centres: number[] = [];
  for (let layer = 0; layer < strides.length; ) {
    const stride = strides[layer];
    let perCell = 0;
    for (; strides[layer] === stride; layer++) perCell += perLayer;
    const cells = Math.ceil(inputSize / stride);
    for (let y = 0; y < cells; y++) {
      for (let x = 0; x < cells; x++) {
        for (let i = 0; i < perCell; i++) centres.push((x + 0.5) / cells, (y + 0.5) / cells);
      }
    }
  }
  return Float32Array.from(centres);
};
