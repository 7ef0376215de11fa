import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../../models/estimators/convert/tflite.ts';
import { readNetwork } from '../../../../models/estimators/files.ts';
import { withInputMetadata } from '../../../../models/estimators/tasks-vision/metadata.ts';
import { storedZip } from '../../../../models/estimators/tasks-vision/zip.ts';

describe('input metadata', () => {
  test('a network with metadata is the same network', async () => {
    const source = await readNetwork('hand-landmark-lite');
    const before = readTflite(source);
    const after = readTflite(withInputMetadata(source, { mean: 0, deviation: 255 }));
    const plain = ({ tensors, operators, inputs, outputs }: typeof before) => ({
      tensors: tensors.map(({ data, ...rest }) => ({ ...rest, crc: crc32(data) })),
      operators: operators.map(({ code, inputs: i, outputs: o }) => ({ code, i, o })),
      inputs,
      outputs,
    });
    expect(plain(after)).toEqual(plain(before));
  });

  test('constants stay aligned at 16 bytes', async () => {
    const source = await readNetwork('palm-detection-full');
    const offset = (bytes: Uint8Array) =>
      readTflite(bytes)
        .tensors.filter(({ data }) => data.length > 0)
        .map(({ data }) => (data.byteOffset - bytes.byteOffset) % 16);
    expect(offset(withInputMetadata(source, { mean: 0, deviation: 255 }))).toEqual(offset(source));
  });
});

describe('stored zip', () => {
  const files = new Map([
    ['a.tflite', Uint8Array.of(1, 2, 3)],
    ['longer-name.tflite', new Uint8Array(1001).fill(7)],
  ]);

  test('the central directory leads to every file: its bytes, its check sum, at a multiple of four', () => {
    const zip = Buffer.from(storedZip(files));
    const end = zip.length - 22;
    expect(zip.readUInt32LE(end)).toBe(0x06054b50);
    expect(zip.readUInt16LE(end + 10)).toBe(files.size);
    let entry = zip.readUInt32LE(end + 16);
    for (const [name, data] of files) {
      expect(zip.readUInt32LE(entry)).toBe(0x02014b50);
      const nameLength = zip.readUInt16LE(entry + 28);
      expect(zip.toString('utf8', entry + 46, entry + 46 + nameLength)).toBe(name);
      const local = zip.readUInt32LE(entry + 42);
      expect(zip.readUInt32LE(local)).toBe(0x04034b50);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      expect(start % 4).toBe(0);
      const stored = zip.subarray(start, start + zip.readUInt32LE(entry + 24));
      expect(Buffer.compare(stored, data)).toBe(0);
      expect(zip.readUInt32LE(entry + 16)).toBe(crc32(data));
      entry += 46 + nameLength;
    }
    expect(entry).toBe(end);
  });
});
