/**
 * Sparse → dense tensors, TFLite's block-compressed format.
 * Source: tensorflow/lite/kernels/internal/utils/sparsity_format_converter.cc (FormatConverter).
 */
import type { Sparsity } from './tflite.ts';

/**
 * @param values the stored numbers, in traversal order.
 * @param shape of the dense tensor.
 * @returns row-major dense values; zero where nothing is stored.
 */
export const densify = (values: Float32Array, shape: readonly number[], sparsity: Sparsity): Float32Array => {
  const { traversal, blockMap, levels } = sparsity;
  const rank = shape.length;
  const strides = rowMajorStrides(shape);
  const blockSizes = blockMap.map((_, block) => levelSize(sparsity, rank + block));
  // Dense offset of one step along a traversed dimension: a step of a blocked dimension is a whole block.
  const steps = traversal.map(dimension => {
    if (dimension >= rank) return strides[blockMap[dimension - rank]];
    const block = blockMap.indexOf(dimension);
    return strides[dimension] * (block < 0 ? 1 : blockSizes[block]);
  });
  const dense = new Float32Array(shape.reduce((product, size) => product * size, 1));
  let next = 0;
  const visit = (depth: number, position: number, offset: number): void => {
    if (depth === levels.length) {
      dense[offset] = values[next++];
      return;
    }
    const level = levels[depth];
    if (level.format === 'dense') {
      for (let i = 0; i < level.size; i++) {
        visit(depth + 1, position * level.size + i, offset + i * steps[depth]);
      }
    } else {
      for (let i = level.segments[position]; i < level.segments[position + 1]; i++) {
        visit(depth + 1, i, offset + level.indices[i] * steps[depth]);
      }
    }
  };
  visit(0, 0, 0);
  return dense;
};

const rowMajorStrides = (shape: readonly number[]): number[] => {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
};

const levelSize = ({ traversal, levels }: Sparsity, dimension: number): number => {
  const level = levels[traversal.indexOf(dimension)];
  return level?.format === 'dense' ? level.size : 1;
};
