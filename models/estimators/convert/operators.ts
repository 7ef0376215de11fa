/**
 * TFLite operators as ONNX nodes, channels first.
 * Sources: tensorflow/lite/schema/schema.fbs (numbers of operators and option fields), onnx/docs/Operators.md
 * (operator set 13).
 */
import { ModelError } from '../../../src/core/errors.ts';
import type { Table } from './flatbuffer.ts';
import { CHANNELS_FIRST_AXIS, channelsFirst } from './layout.ts';
import type { TfliteOperator } from './tflite.ts';
import type { Translation } from './translation.ts';

type Translate = (t: Translation, operator: TfliteOperator, options: Table | null) => void;

/** Padding of the schema: 0 SAME, 1 VALID. */
const autoPad = (padding: number): string => (padding === 0 ? 'SAME_UPPER' : 'VALID');

/** A convolution's picture and padding; what a padding operator before it adds becomes its own. */
const padded = (t: Translation, x: number, padding: number): [picture: string, attributes: object] => {
  const before = t.padding.get(x);
  return before
    ? [t.name(before.source), { pads: before.pads }]
    : [t.name(x), { auto_pad: autoPad(padding) }];
};

const bias = (t: Translation, id: number | undefined): string[] => {
  if (id === undefined || id < 0) return [];
  const values = t.floats(id);
  return [t.constant([values.length], values)];
};

const convolution: Translate = (t, { inputs: [x, w, b], outputs: [y] }, options) => {
  const [output, height, width, input] = t.tensor(w).shape;
  const weights = channelsFirst(t.floats(w), output, height * width, input);
  const [picture, padding] = padded(t, x, options?.int8(0) ?? 0);
  t.activated(
    'Conv',
    [picture, t.constant([output, input, height, width], weights), ...bias(t, b)],
    y,
    options?.int8(3) ?? 0,
    {
      ...padding,
      strides: [options?.int32(2, 1) ?? 1, options?.int32(1, 1) ?? 1],
      dilations: [options?.int32(5, 1) ?? 1, options?.int32(4, 1) ?? 1],
      kernel_shape: [height, width],
    },
  );
};

const depthwiseConvolution: Translate = (t, { inputs: [x, w, b], outputs: [y] }, options) => {
  const [, height, width, channels] = t.tensor(w).shape;
  if (t.tensor(x).shape[3] !== channels)
    throw new ModelError('depthwise convolution with a multiplier above 1');
  const weights = channelsFirst(t.floats(w), 1, height * width, channels);
  const [picture, padding] = padded(t, x, options?.int8(0) ?? 0);
  t.activated(
    'Conv',
    [picture, t.constant([channels, 1, height, width], weights), ...bias(t, b)],
    y,
    options?.int8(4) ?? 0,
    {
      ...padding,
      strides: [options?.int32(2, 1) ?? 1, options?.int32(1, 1) ?? 1],
      dilations: [options?.int32(6, 1) ?? 1, options?.int32(5, 1) ?? 1],
      kernel_shape: [height, width],
      group: channels,
    },
  );
};

const fullyConnected: Translate = (t, { inputs: [x, w, b], outputs: [y] }, options) => {
  const shape = t.tensor(w).shape;
  const input = t.tensor(x).shape;
  if (input.length !== 2)
    throw new ModelError(`fully connected layer on ${input.length} dimensions; known: 2`);
  t.activated('Gemm', [t.name(x), t.constant(shape, t.floats(w)), ...bias(t, b)], y, options?.int8(0) ?? 0, {
    transB: 1,
  });
};

const maxPool: Translate = (t, { inputs: [x], outputs: [y] }, options) => {
  t.activated('MaxPool', [t.name(x)], y, options?.int8(5) ?? 0, {
    auto_pad: autoPad(options?.int8(0) ?? 0),
    strides: [options?.int32(2) ?? 1, options?.int32(1) ?? 1],
    kernel_shape: [options?.int32(4) ?? 1, options?.int32(3) ?? 1],
  });
};

/** Pads are pairs (before, after) per axis of N H W C; ONNX wants all before, then all after. */
const pad: Translate = (t, { inputs: [x, pads], outputs: [y] }) => {
  if (t.padding.has(y)) return;
  const [n0, n1, h0, h1, w0, w1, c0, c1] = t.integers(pads);
  t.node('Pad', [t.name(x), t.int64s([n0, c0, h0, w0, n1, c1, h1, w1])], t.name(y), { mode: 'constant' });
};

const resizeBilinear: Translate = (t, { inputs: [x], outputs: [y] }, options) => {
  const [, height, width] = t.tensor(x).shape;
  const [, toHeight, toWidth] = t.tensor(y).shape;
  const scales = t.constant([4], Float32Array.of(1, 1, toHeight / height, toWidth / width));
  const halfPixel = options?.int8(3) ? 'half_pixel' : 'asymmetric';
  t.node('Resize', [t.name(x), '', scales], t.name(y), {
    mode: 'linear',
    coordinate_transformation_mode: options?.int8(2) ? 'align_corners' : halfPixel,
  });
};

/** A picture is flattened in the channels-last order that the reader of the boxes expects. */
const reshape: Translate = (t, { inputs: [x], outputs: [y] }) => {
  const { shape } = t.tensor(y);
  const from = t.tensor(x).shape;
  if (shape.length === 4) throw new ModelError('a reshape into a picture has no channels-first meaning here');
  const picture = from.length === 4 && from[1] * from[2] > 1;
  const source = picture ? t.step('Transpose', [t.name(x)], { perm: [0, 2, 3, 1] }) : t.name(x);
  t.node('Reshape', [source, t.int64s(shape)], t.name(y));
};

const concatenation: Translate = (t, { inputs, outputs: [y] }, options) => {
  const rank = t.tensor(y).shape.length;
  const axis = ((options?.int32(0) ?? 0) + rank) % rank;
  t.node(
    'Concat',
    inputs.map(id => t.name(id)),
    t.name(y),
    {
      axis: rank === 4 ? CHANNELS_FIRST_AXIS[axis] : axis,
    },
  );
};

const mean: Translate = (t, { inputs: [x, axes], outputs: [y] }, options) => {
  const moved = t.integers(axes).map(axis => CHANNELS_FIRST_AXIS[(axis + 4) % 4]);
  if (t.tensor(x).shape.length !== 4) throw new ModelError('a mean is known over pictures only');
  t.node('ReduceMean', [t.name(x)], t.name(y), { axes: moved.sort(), keepdims: options?.int8(0) ?? 0 });
};

/**
 * The slopes s are one per channel, H = W = 1. PReLU(x) = s·x + (1 − s)·max(x, 0), as two scalings by 1×1
 * convolutions of one channel each: unlike ONNX Runtime's own PRelu these stay in the layout of the convolutions
 * around them, and the palm detector takes less than half the time.
 */
const parametricRelu: Translate = (t, { inputs: [x, slopes], outputs: [y] }) => {
  const values = t.floats(slopes);
  const channels = values.length;
  if (channels !== t.tensor(x).shape[3]) throw new ModelError('PReLU with slopes that are not per channel');
  const scaled = (picture: string, factors: Float32Array) =>
    t.step('Conv', [picture, t.constant([channels, 1, 1, 1], factors)], {
      group: channels,
      kernel_shape: [1, 1],
    });
  const positive = t.step('Relu', [t.name(x)]);
  t.node(
    'Add',
    [
      scaled(t.name(x), values),
      scaled(
        positive,
        values.map(s => 1 - s),
      ),
    ],
    t.name(y),
  );
};

const constantOf: Translate = (t, { inputs: [x], outputs: [y] }) => t.derive(y, t.floats(x));

/** By BuiltinOperator number. */
export const OPERATORS: Record<number, Translate> = {
  0: (t, { inputs: [a, b], outputs: [y] }, options) =>
    t.activated('Add', [t.name(a), t.name(b)], y, options?.int8(0) ?? 0),
  2: concatenation,
  3: convolution,
  4: depthwiseConvolution,
  5: (t, { inputs: [x], outputs: [y] }, options) => {
    t.node('DepthToSpace', [t.name(x)], t.name(y), { blocksize: options?.int32(0) ?? 1, mode: 'DCR' });
  },
  6: constantOf,
  9: fullyConnected,
  14: (t, { inputs: [x], outputs: [y] }) => {
    t.node('Sigmoid', [t.name(x)], t.name(y));
  },
  17: maxPool,
  22: reshape,
  23: resizeBilinear,
  34: pad,
  40: mean,
  54: parametricRelu,
  124: constantOf,
};
