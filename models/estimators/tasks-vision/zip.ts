/**
 * Zip archives without compression, contents at multiples of four bytes: MediaPipe maps the networks in place.
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
 */
import { crc32 } from 'node:zlib';

const VERSION = 10;
const ALIGNMENT = 4;
/** The extra field of Android's zipalign: its data is padding. */
const PADDING_FIELD = 0xd935;
const EXTRA_HEADER = 4;
const LOCAL_HEADER = 30;
const CENTRAL_HEADER = 46;
const END_RECORD = 22;

/** @param files contents by name, under 4 GiB together. */
export const storedZip = (files: ReadonlyMap<string, Uint8Array>): Uint8Array => {
  const contents: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const [name, data] of files) {
    const nameBytes = Buffer.from(name, 'utf8');
    const padding = paddingField(position + LOCAL_HEADER + nameBytes.length);
    // Version needed … extra length: the same run of fields in both headers.
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(VERSION, 0);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);

    const central = Buffer.alloc(CENTRAL_HEADER);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(VERSION, 4);
    fields.copy(central, 6);
    central.writeUInt32LE(position, 42);
    directory.push(central, nameBytes);

    const local = Buffer.alloc(LOCAL_HEADER);
    local.writeUInt32LE(0x04034b50, 0);
    fields.copy(local, 4);
    local.writeUInt16LE(padding.length, 28);
    contents.push(local, nameBytes, padding, Buffer.from(data.buffer, data.byteOffset, data.length));
    position += LOCAL_HEADER + nameBytes.length + padding.length + data.length;
  }
  const end = Buffer.alloc(END_RECORD);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...contents, ...directory, end]);
};

const paddingField = (position: number): Buffer => {
  const missing = (ALIGNMENT - (position % ALIGNMENT)) % ALIGNMENT;
  if (missing === 0) return Buffer.alloc(0);
  const field = Buffer.alloc(EXTRA_HEADER + missing);
  field.writeUInt16LE(PADDING_FIELD, 0);
  field.writeUInt16LE(missing, 2);
  return field;
};
