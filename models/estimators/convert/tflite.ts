/**
 * TFLite model file → plain data: tensors with their constant bytes, operators in execution order.
 * Schema: tensorflow/lite/schema/schema.fbs (version 3); field numbers below are those of that file.
 */
import { ModelError } from '../../../src/core/errors.ts';
import { Table } from './flatbuffer.ts';

/** Values of the schema's TensorType that the networks use. */
export const FLOAT32 = 0;
export const FLOAT16 = 1;
export const INT32 = 2;

/** One level of a sparse tensor's traversal: every index, or the listed ones (compressed sparse row). */
export type SparseLevel =
  | { format: 'dense'; size: number }
  | { format: 'compressed'; segments: number[]; indices: number[] };

/** How a sparse tensor's values are laid out: block dimensions come after the tensor's own. */
export interface Sparsity {
  /** Order in which the dimensions are traversed; entry ≥ rank is a block dimension. */
  traversal: number[];
  /** Tensor dimension that each block dimension divides. */
  blockMap: number[];
  levels: SparseLevel[];
}

export interface TfliteTensor {
  name: string;
  /** Channels last: N H W C for pictures. */
  shape: number[];
  /** FLOAT32 | FLOAT16 | INT32. */
  type: number;
  /** Little-endian constant values; empty for a tensor that an operator computes. */
  data: Uint8Array;
  sparsity: Sparsity | null;
}

export interface TfliteOperator {
  /** BuiltinOperator number of the schema. */
  code: number;
  /** Tensor indices; −1 for an input that is left out. */
  inputs: number[];
  outputs: number[];
  /** The operator's option table; its fields depend on the code. */
  options: Table | null;
}

export interface TfliteModel {
  tensors: TfliteTensor[];
  operators: TfliteOperator[];
  inputs: number[];
  outputs: number[];
}

/** @throws ModelError if the bytes are not a TFLite file with one graph. */
export const readTflite = (bytes: Uint8Array): TfliteModel => {
  if (new TextDecoder('latin1').decode(bytes.subarray(4, 8)) !== 'TFL3') {
    throw new ModelError('not a TFLite file: the identifier TFL3 is missing at byte 4');
  }
  const root = Table.root(bytes);
  const graph = root.tables(2)[0];
  if (graph === undefined) throw new ModelError('a TFLite file without a graph');
  // Codes above 127 do not fit the first, deprecated field, which then holds 127.
  const codes = root.tables(1).map(code => Math.max(code.int8(0), code.int32(3)));
  const buffers = root.tables(4).map(buffer => buffer.bytes(0));
  return {
    tensors: graph.tables(0).map(tensor => readTensor(tensor, buffers)),
    operators: graph.tables(3).map(operator => ({
      code: codes[operator.uint32(0)],
      inputs: operator.int32s(1),
      outputs: operator.int32s(2),
      options: operator.table(4),
    })),
    inputs: graph.int32s(1),
    outputs: graph.int32s(2),
  };
};

const readTensor = (table: Table, buffers: Uint8Array[]): TfliteTensor => {
  const sparsity = table.table(6);
  return {
    name: table.string(3),
    shape: table.int32s(0),
    type: table.int8(1),
    data: buffers[table.uint32(2)] ?? new Uint8Array(0),
    sparsity: sparsity && {
      traversal: sparsity.int32s(0),
      blockMap: sparsity.int32s(1),
      levels: sparsity.tables(2).map(readSparseLevel),
    },
  };
};

const readSparseLevel = (table: Table): SparseLevel =>
  table.int8(0) === 0
    ? { format: 'dense', size: table.int32(1) }
    : { format: 'compressed', segments: readIndices(table, 2), indices: readIndices(table, 4) };

/** A union SparseIndexVector: its kind is in `field`, its table in the next one. */
const readIndices = (table: Table, field: number): number[] => {
  const vector = table.table(field + 1);
  const kind = table.int8(field);
  if (vector !== null && kind === 1) return vector.int32s(0);
  if (vector !== null && kind === 2) return vector.uint16s(0);
  if (vector !== null && kind === 3) return Array.from(vector.bytes(0));
  throw new ModelError(`sparse index vector of kind ${kind}; known: 1 (int32), 2 (uint16), 3 (uint8)`);
};
