import { Builder } from 'flatbuffers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { tfliteToOnnx } from '../../../../models/estimators/convert/convert.ts';
import { Table } from '../../../../models/estimators/convert/flatbuffer.ts';
import { halvesToFloats } from '../../../../models/estimators/convert/half.ts';
import { channelsFirst } from '../../../../models/estimators/convert/layout.ts';
import { encodeOnnx } from '../../../../models/estimators/convert/onnx.ts';
import { densify } from '../../../../models/estimators/convert/sparse.ts';
import { readTflite } from '../../../../models/estimators/convert/tflite.ts';
import { readNetwork } from '../../../../models/estimators/files.ts';
import { ModelError } from '../../../../src/core/errors.ts';

describe('half precision', () => {
  test('a number, the largest, the smallest, infinity and a minus sign are read as IEEE 754 has them', () => {
    const bytes = new Uint8Array(Uint16Array.of(0x3c00, 0x7bff, 0x0001, 0x7c00, 0xc000, 0x3555).buffer);
    const floats = halvesToFloats(bytes);
    expect([...floats.subarray(0, 5)]).toEqual([1, 65504, 2 ** -24, Number.POSITIVE_INFINITY, -2]);
    expect(floats[5]).toBeCloseTo(1 / 3, 3);
  });

  test('the order of the bit patterns is the order of the positive numbers', () => {
    const floats = halvesToFloats(new Uint8Array(Uint16Array.from({ length: 0x7c01 }, (_, i) => i).buffer));
    expect(floats.every((value, i) => i === 0 || value > floats[i - 1])).toBe(true);
  });
});

describe('sparse tensors', () => {
  test('compressed rows become zeros with the stored values at their columns', () => {
    const dense = densify(Float32Array.of(1, 2, 3), [3, 4], {
      traversal: [0, 1],
      blockMap: [],
      levels: [
        { format: 'dense', size: 3 },
        { format: 'compressed', segments: [0, 1, 1, 3], indices: [2, 0, 3] },
      ],
    });
    expect([...dense]).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 3]);
  });

  test('blocks are put where their block row and column say', () => {
    const dense = densify(Float32Array.of(1, 2, 3, 4), [4, 4], {
      traversal: [0, 1, 2, 3],
      blockMap: [0, 1],
      levels: [
        { format: 'dense', size: 2 },
        { format: 'compressed', segments: [0, 0, 1], indices: [1] },
        { format: 'dense', size: 2 },
        { format: 'dense', size: 2 },
      ],
    });
    expect([...dense]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4]);
  });
});

describe('layout', () => {
  test('moving the channels first keeps every value at its pixel and channel', () => {
    const [height, width, channels] = [2, 3, 4];
    const data = Float32Array.from({ length: 24 }, (_, i) => i);
    const moved = channelsFirst(data, 1, height * width, channels);
    for (let p = 0; p < height * width; p++) {
      for (let c = 0; c < channels; c++) expect(moved[c * height * width + p]).toBe(data[p * channels + c]);
    }
  });
});

describe('FlatBuffers tables', () => {
  test('fields that were written are read, fields that were left out give the fallback', () => {
    const builder = new Builder(64);
    const text = builder.createString('palm');
    builder.startObject(5);
    builder.addFieldInt32(1, -7, 0);
    builder.addFieldInt8(3, 5, 0);
    builder.addFieldOffset(4, text, 0);
    builder.finish(builder.endObject());
    const table = Table.root(builder.asUint8Array());
    expect([table.int32(1), table.int8(3), table.string(4)]).toEqual([-7, 5, 'palm']);
    expect([table.int32(0, 42), table.tables(2), table.table(2)]).toEqual([42, [], null]);
  });
});

describe('ONNX files', () => {
  test('a written graph runs and computes what it says', async () => {
    const bytes = encodeOnnx({
      producer: 'test',
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'], attributes: {} }],
      constants: [{ name: 'w', shape: [2, 1], data: Float32Array.of(10, 1) }],
      inputs: [{ name: 'x', shape: [1, 2] }],
      outputs: [{ name: 'y', shape: [1, 1] }],
    });
    const session = await InferenceSession.create(bytes);
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(4, 2), [1, 2]) });
    expect([...(y.data as Float32Array)]).toEqual([42]);
  });
});

describe('networks', () => {
  test('the same source gives the same bytes', async () => {
    const source = await readNetwork('hand-landmark-lite');
    const convert = () => tfliteToOnnx(source, ['Identity', 'Identity_1']);
    expect(Buffer.compare(convert(), convert())).toBe(0);
  });

  test('outputs that are not asked for take their operators with them', async () => {
    const source = await readNetwork('pose-landmark-lite');
    const all = tfliteToOnnx(
      source,
      readTflite(source).outputs.map(id => readTflite(source).tensors[id].name),
    );
    const landmarks = tfliteToOnnx(source, ['Identity']);
    expect(landmarks.length).toBeLessThan(all.length);
    const session = await InferenceSession.create(landmarks);
    expect(session.outputNames).toEqual(['Identity']);
  });

  test('an output that the network does not have is refused with the ones it has', async () => {
    const source = await readNetwork('hand-landmark-lite');
    expect(() => tfliteToOnnx(source, ['Depth'])).toThrowError(/Identity_3.*expected Depth/);
  });

  test('bytes that are not TFLite are refused', () => {
    expect(() => readTflite(new Uint8Array(64))).toThrowError(ModelError);
  });
});
