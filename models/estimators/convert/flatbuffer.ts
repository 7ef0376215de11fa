/**
 * Reading FlatBuffers tables by field number, without generated classes.
 * Format: https://flatbuffers.dev/internals (vtables, forward offsets, little endian).
 */
import { ByteBuffer } from 'flatbuffers';

/** Bytes from the start of a vtable to its first field entry. */
const VTABLE_HEADER = 4;

/** One table of a FlatBuffer; fields are addressed by their number in the schema. */
export class Table {
  readonly buffer: ByteBuffer;
  /** Byte position of the table in the buffer. */
  readonly position: number;

  constructor(buffer: ByteBuffer, position: number) {
    this.buffer = buffer;
    this.position = position;
  }

  /** The root table of a file. */
  static root(bytes: Uint8Array): Table {
    const buffer = new ByteBuffer(bytes);
    return new Table(buffer, buffer.readUint32(0));
  }

  int8(field: number, fallback = 0): number {
    const at = this.at(field);
    return at === 0 ? fallback : this.buffer.readInt8(at);
  }

  int32(field: number, fallback = 0): number {
    const at = this.at(field);
    return at === 0 ? fallback : this.buffer.readInt32(at);
  }

  uint32(field: number, fallback = 0): number {
    return this.int32(field, fallback) >>> 0;
  }

  string(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }

  /** Absolute position of the table, vector or string that a field refers to; 0 if the field is absent. */
  target(field: number): number {
    const at = this.at(field);
    return at === 0 ? 0 : this.buffer.__indirect(at);
  }

  table(field: number): Table | null {
    const position = this.target(field);
    return position === 0 ? null : new Table(this.buffer, position);
  }

  /** A vector of tables; empty if absent. */
  tables(field: number): Table[] {
    return this.elements(field, 4, at => new Table(this.buffer, this.buffer.__indirect(at)));
  }

  int32s(field: number): number[] {
    return this.elements(field, 4, at => this.buffer.readInt32(at));
  }

  uint16s(field: number): number[] {
    return this.elements(field, 2, at => this.buffer.readUint16(at));
  }

  /** A vector of bytes, as a view into the file; empty if absent. */
  bytes(field: number): Uint8Array {
    const vector = this.target(field);
    if (vector === 0) return new Uint8Array(0);
    return this.buffer.bytes().subarray(vector + 4, vector + 4 + this.buffer.readUint32(vector));
  }

  private at(field: number): number {
    const offset = this.buffer.__offset(this.position, VTABLE_HEADER + 2 * field);
    return offset === 0 ? 0 : this.position + offset;
  }

  private elements<T>(field: number, bytesEach: number, read: (at: number) => T): T[] {
    const vector = this.target(field);
    if (vector === 0) return [];
    return Array.from({ length: this.buffer.readUint32(vector) }, (_, i) => read(vector + 4 + bytesEach * i));
  }
}
