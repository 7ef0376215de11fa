/** Plain arrays as Arrow columns and record batches, typed as LeRobot's files are. */
import {
  Bool,
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { Feature } from './features.ts';

/** Numbers of one column: float features take the array of their width, int64 and bool features any of the others. */
export type ColumnValues = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

/** Arrow's own name for a list's child, as pyarrow writes it. */
const ELEMENT = 'element';
const element = (type: DataType): Field => new Field(ELEMENT, type, true);
export const listOf = (type: DataType): List => new List(element(type));

export const FLOAT64: DataType = new Float64();
export const INT64: DataType = new Int64();
export const STRING: DataType = new Utf8();
export const BOOL: DataType = new Bool();

const SCALARS: Record<Feature['dtype'], DataType> = {
  float32: new Float32(),
  float64: FLOAT64,
  int64: INT64,
  bool: BOOL,
};

/** The type of a feature: a scalar, or a list of fixed size. */
export function featureType({ dtype, width }: Feature): DataType {
  const scalar = SCALARS[dtype];
  return width === 1 ? scalar : new FixedSizeList(width, element(scalar));
}

/** (rows · width) numbers, row-major, as a column of the feature's type. */
export function featureColumn(feature: Feature, values: ColumnValues): Data {
  const child = scalars(feature.dtype, values);
  if (feature.width === 1) return child;
  const length = values.length / feature.width;
  return makeData({
    type: featureType(feature) as FixedSizeList,
    length,
    nullCount: 0,
    child: child as never,
  }) as Data;
}

/** Copied: Arrow's writer joins neighbouring views of one buffer, and columns that share their numbers would then be one. */
function scalars(dtype: Feature['dtype'], values: ColumnValues): Data {
  const column = (data: unknown) =>
    makeData({ type: SCALARS[dtype] as Float32, length: values.length, nullCount: 0, data: data as never });
  if (dtype === 'int64') return column(widened(values));
  if (dtype !== 'bool') return column(values.slice());
  // Arrow packs eight booleans into a byte, the first into the lowest bit.
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value: number | bigint, i: number) => {
    if (value) bits[i >> 3] |= 1 << (i & 7);
  });
  return column(bits);
}

/** Any (nested) list, number, string or boolean column, by type. */
export function plainColumn(type: DataType, rows: readonly unknown[]): Data {
  if (type instanceof List) {
    const lists = rows as readonly (readonly unknown[])[];
    const valueOffsets = new Int32Array(lists.length + 1);
    lists.forEach((list, i) => {
      valueOffsets[i + 1] = valueOffsets[i] + list.length;
    });
    const child = plainColumn(type.children[0].type, lists.flat());
    return makeData({
      type,
      length: lists.length,
      nullCount: 0,
      valueOffsets,
      child: child as never,
    }) as Data;
  }
  if (type instanceof Float64)
    return makeData({
      type,
      length: rows.length,
      nullCount: 0,
      data: Float64Array.from(rows as number[]),
    }) as Data;
  if (type instanceof Int64)
    return makeData({
      type,
      length: rows.length,
      nullCount: 0,
      data: BigInt64Array.from(rows as number[], BigInt),
    }) as Data;
  return vectorFromArray(rows as string[], type as Utf8).data[0] as Data;
}

/** A record batch of named columns of equal length. */
export function recordBatch(schema: Schema, length: number, columns: readonly Data[]): RecordBatch {
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length, nullCount: 0, children: columns as Data[] }),
  );
}

export const schemaOf = (columns: readonly (readonly [string, DataType])[]): Schema =>
  new Schema(columns.map(([name, type]) => new Field(name, type, true)));

const widened = (values: ColumnValues): BigInt64Array =>
  values instanceof BigInt64Array ? values.slice() : BigInt64Array.from(values as Int32Array, BigInt);
