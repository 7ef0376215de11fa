/** The identity of a media file: SHA-256 of its bytes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SourceError } from '../core/errors.ts';

/** Hex SHA-256 of a file, read in pieces. @throws SourceError when it cannot be read. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw new SourceError(`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  return hash.digest('hex');
}
