/**
 * Adding input metadata to a TFLite file. The networks of @mediapipe/hands and @mediapipe/pose come without it,
 * and MediaPipe Tasks refuses a network that does not say how its pixels are normalised.
 * Schemas: tensorflow/lite/schema/schema.fbs and tflite-support's metadata_schema.fbs.
 */
import { Builder, type Offset } from 'flatbuffers';
import { Table } from '../convert/flatbuffer.ts';

/** Network input = (byte − mean) / deviation. */
export interface Normalization {
  mean: number;
  deviation: number;
}

/** FlatBuffers aligns constants of TFLite at 16 bytes. */
const ALIGNMENT = 16;
/** More than the new root, its vectors and the metadata need beside the list of buffers. */
const ROOM = 8192;

/** Fields of schema.fbs's Model that hold offsets and stay as they are. */
const OPERATOR_CODES = 1;
const SUBGRAPHS = 2;
const DESCRIPTION = 3;
const BUFFERS = 4;
const METADATA = 6;
const SIGNATURES = 7;
const MODEL_FIELDS = 8;

/**
 * A file with a new root in front of the old bytes, which keep their place relative to the end: offsets inside
 * of them stay true, and the new root refers to them.
 */
export const withInputMetadata = (tflite: Uint8Array, normalization: Normalization): Uint8Array => {
  const old = new Uint8Array(Math.ceil(tflite.length / ALIGNMENT) * ALIGNMENT);
  old.set(tflite);
  const root = Table.root(old);
  const buffers = root.tables(BUFFERS);

  const builder = new Builder(old.length + 4 * buffers.length + ROOM);
  builder.createByteVector(old);
  builder.prep(ALIGNMENT, 0);
  // A builder counts offsets from the end of the file.
  const kept = (position: number): Offset => old.length - position;

  const metadata = builder.createByteVector(modelMetadata(normalization));
  builder.startObject(1);
  builder.addFieldOffset(0, metadata, 0);
  const metadataBuffer = builder.endObject();
  const buffersVector = offsets(builder, [...buffers.map(buffer => kept(buffer.position)), metadataBuffer]);

  const name = builder.createString('TFLITE_METADATA');
  builder.startObject(2);
  builder.addFieldOffset(0, name, 0);
  builder.addFieldInt32(1, buffers.length, 0);
  const entries = offsets(builder, [builder.endObject()]);

  builder.startObject(MODEL_FIELDS);
  builder.addFieldInt32(0, root.uint32(0), 0);
  for (const field of [OPERATOR_CODES, SUBGRAPHS, DESCRIPTION, SIGNATURES]) {
    const position = root.target(field);
    if (position !== 0) builder.addFieldOffset(field, kept(position), 0);
  }
  builder.addFieldOffset(BUFFERS, buffersVector, 0);
  builder.addFieldOffset(METADATA, entries, 0);
  builder.finish(builder.endObject(), 'TFL3');
  return builder.asUint8Array();
};

/** metadata_schema.fbs: ModelMetadata of one graph with one RGB picture as its input. */
const modelMetadata = ({ mean, deviation }: Normalization): Uint8Array => {
  const builder = new Builder(256);
  /** A table with the given union kinds and offsets by field. */
  const table = (fields: number, kinds: Record<number, number>, parts: Record<number, Offset>): Offset => {
    builder.startObject(fields);
    for (const [field, kind] of Object.entries(kinds)) builder.addFieldInt8(Number(field), kind, 0);
    for (const [field, part] of Object.entries(parts)) builder.addFieldOffset(Number(field), part, 0);
    return builder.endObject();
  };
  const floats = (value: number): Offset => {
    builder.startVector(4, 1, 4);
    builder.addFloat32(value);
    return builder.endVector();
  };
  const NORMALIZATION_OPTIONS = 1;
  const IMAGE_PROPERTIES = 2;
  const RGB = 1;
  const normalization = table(2, {}, { 0: floats(mean), 1: floats(deviation) });
  const processUnit = table(2, { 0: NORMALIZATION_OPTIONS }, { 1: normalization });
  const content = table(3, { 0: IMAGE_PROPERTIES }, { 1: table(2, { 0: RGB }, {}) });
  const tensor = table(
    7,
    {},
    { 0: builder.createString('image'), 3: content, 4: offsets(builder, [processUnit]) },
  );
  const graph = table(9, {}, { 2: offsets(builder, [tensor]) });
  const model = table(8, {}, { 0: builder.createString('network'), 3: offsets(builder, [graph]) });
  builder.finish(model, 'M001');
  return builder.asUint8Array();
};

const offsets = (builder: Builder, items: readonly Offset[]): Offset => {
  builder.startVector(4, items.length, 4);
  for (const item of [...items].reverse()) builder.addOffset(item);
  return builder.endVector();
};
