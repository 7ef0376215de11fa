/** A folder as one download: a tar archive, made while it is sent. Memory: one chunk of one file. */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { FileEntry } from '../core/api.ts';
import { filesOf } from './folder.ts';

const BLOCK = 512;
/** ustar gives a size 11 octal digits. */
const MOST_BYTES = 8 ** 11 - 1;

/**
 * The files below `folder` that are wanted, under `name`/ in the archive. POSIX ustar, with a pax header for names over 100 bytes
 * and files over 8 GiB. Times are 0 and owners root, so equal folders give equal bytes.
 */
export async function tarOf(
  folder: string,
  name: string,
  wanted: (file: FileEntry) => boolean = () => true,
): Promise<{ bytes: number; stream: Readable }> {
  const files = (await filesOf(folder)).filter(wanted);
  const bytes = files.reduce((sum, file) => {
    const pax = paxOf(name, file);
    return sum + (pax.length > 0 ? BLOCK + whole(pax.length) : 0) + BLOCK + whole(file.bytes);
  }, 2 * BLOCK);
  return { bytes, stream: Readable.from(entries(folder, name, files), { objectMode: false }) };
}

/** HEAD asks for the headers alone; without this the archive would be made all the same, and thrown away. */
export const bodyFor = (method: string, archive: Readable): Readable =>
  method === 'HEAD' ? Readable.from([]) : archive;

async function* entries(folder: string, name: string, files: readonly FileEntry[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    const pax = paxOf(name, file);
    if (pax.length > 0) {
      yield header('pax', pax.length, 'x');
      yield pax;
      yield padding(pax.length);
    }
    yield header(`${name}/${file.name}`, Math.min(file.bytes, MOST_BYTES), '0');
    let sent = 0;
    for await (const chunk of createReadStream(path.join(folder, file.name))) {
      sent += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (sent !== file.bytes)
      throw new Error(`${file.name} changed while it was sent: ${sent} of ${file.bytes} bytes`);
    yield padding(file.bytes);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** What a ustar header has no room for; empty when it has. */
function paxOf(name: string, file: FileEntry): Buffer {
  const full = `${name}/${file.name}`;
  return Buffer.from(
    (Buffer.byteLength(full) > 100 ? record('path', full) : '') +
      (file.bytes > MOST_BYTES ? record('size', String(file.bytes)) : ''),
  );
}

/** A ustar header. Type '0' is a file, 'x' a pax header. */
function header(name: string, bytes: number, type: '0' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.set(Buffer.from(name).subarray(0, 100));
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(bytes, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\u000000', 257);
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
    148,
  );
  return block;
}

/** `<length> key=value\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

const whole = (bytes: number) => Math.ceil(bytes / BLOCK) * BLOCK;
const padding = (bytes: number) => Buffer.alloc(whole(bytes) - bytes);
