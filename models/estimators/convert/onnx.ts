/**
 * Writing ONNX files. Field numbers: onnx/onnx.proto3; operator set 13, intermediate representation 8.
 */
import protobuf from 'protobufjs/minimal.js';

const OPSET = 13;
const IR_VERSION = 8;
/** TensorProto.DataType */
const FLOAT = 1;
const INT64 = 7;
/** AttributeProto.AttributeType */
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

export interface OnnxNode {
  op: string;
  /** Value names; '' for an optional input that is left out. */
  inputs: string[];
  outputs: string[];
  attributes: Record<string, number | string | number[]>;
}

export interface OnnxConstant {
  name: string;
  shape: readonly number[];
  data: Float32Array | BigInt64Array;
}

/** A float32 input or output of the graph. */
export interface OnnxValue {
  name: string;
  shape: readonly number[];
}

export interface OnnxGraph {
  producer: string;
  nodes: readonly OnnxNode[];
  constants: readonly OnnxConstant[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

type Writer = protobuf.Writer;

export const encodeOnnx = (graph: OnnxGraph): Uint8Array => {
  const writer = protobuf.Writer.create();
  int(writer, 1, IR_VERSION);
  text(writer, 2, graph.producer);
  message(writer, 7, g => {
    for (const node of graph.nodes) message(g, 1, m => writeNode(m, node));
    text(g, 2, 'graph');
    for (const constant of graph.constants) message(g, 5, m => writeConstant(m, constant));
    for (const value of graph.inputs) message(g, 11, m => writeValue(m, value));
    for (const value of graph.outputs) message(g, 12, m => writeValue(m, value));
  });
  message(writer, 8, m => {
    text(m, 1, '');
    int(m, 2, OPSET);
  });
  return writer.finish();
};

const writeNode = (writer: Writer, node: OnnxNode): void => {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, `${node.outputs[0]}_${node.op}`);
  text(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, m => writeAttribute(m, name, value));
  }
};

const writeAttribute = (writer: Writer, name: string, value: number | string | number[]): void => {
  text(writer, 1, name);
  if (typeof value === 'number') {
    int(writer, 3, value);
    int(writer, 20, ATTRIBUTE_INT);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    int(writer, 20, ATTRIBUTE_STRING);
  } else {
    for (const item of value) int(writer, 8, item);
    int(writer, 20, ATTRIBUTE_INTS);
  }
};

const writeConstant = (writer: Writer, { name, shape, data }: OnnxConstant): void => {
  for (const size of shape) int(writer, 1, size);
  int(writer, 2, data instanceof Float32Array ? FLOAT : INT64);
  text(writer, 8, name);
  writer
    .uint32(tag(9, LENGTH_DELIMITED))
    .bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
};

const writeValue = (writer: Writer, { name, shape }: OnnxValue): void => {
  text(writer, 1, name);
  message(writer, 2, type =>
    message(type, 1, tensor => {
      int(tensor, 1, FLOAT);
      message(tensor, 2, dimensions => {
        for (const size of shape) message(dimensions, 1, dimension => int(dimension, 1, size));
      });
    }),
  );
};

/** Protocol buffer wire types. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const tag = (field: number, wireType: number): number => (field << 3) | wireType;

const int = (writer: Writer, field: number, value: number): void => {
  writer.uint32(tag(field, VARINT)).int64(value);
};

const text = (writer: Writer, field: number, value: string): void => {
  writer.uint32(tag(field, LENGTH_DELIMITED)).string(value);
};

const message = (writer: Writer, field: number, write: (inner: Writer) => void): void => {
  writer.uint32(tag(field, LENGTH_DELIMITED)).fork();
  write(writer);
  writer.ldelim();
};
