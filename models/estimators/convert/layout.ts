/** Channels-last (TFLite) → channels-first (ONNX) permutations of constants and shapes. */

/** @param data (outer, H·W, C) @returns (outer, C, H·W) */
export const channelsFirst = (
  data: Float32Array,
  outer: number,
  pixels: number,
  channels: number,
): Float32Array => {
  const moved = new Float32Array(data.length);
  for (let o = 0; o < outer; o++) {
    const base = o * pixels * channels;
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < pixels; p++) moved[base + c * pixels + p] = data[base + p * channels + c];
    }
  }
  return moved;
};

/** N H W C → N C H W; other ranks have no picture layout and stay as they are. */
export const channelsFirstShape = (shape: readonly number[]): number[] =>
  shape.length === 4 ? [shape[0], shape[3], shape[1], shape[2]] : [...shape];

/** Where each axis of N H W C is found in N C H W. */
export const CHANNELS_FIRST_AXIS: readonly number[] = [0, 2, 3, 1];
