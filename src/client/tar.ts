/** Files of a tar archive that the server made: POSIX ustar without long names (src/server/tar.ts). */

const BLOCK = 512;

/** By their path below the archive's folder. Throws Error when it is cut short or broken. */
export function filesOfTar(archive: Uint8Array<ArrayBuffer>): Map<string, Uint8Array<ArrayBuffer>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const text = (from: number, length: number) =>
    new TextDecoder().decode(archive.subarray(from, from + length)).replace(/\0.*$/s, '');
  let at = 0;
  while (at + BLOCK <= archive.length && archive[at] !== 0) {
    const name = text(at, 100);
    const bytes = Number.parseInt(text(at + 124, 12), 8);
    if (!(bytes >= 0)) throw new Error(`the size of ${name} is no number`);
    at += BLOCK;
    if (at + bytes > archive.length) throw new Error(`the archive ends within ${name}`);
    files.set(name.slice(name.indexOf('/') + 1), archive.subarray(at, at + bytes));
    at += Math.ceil(bytes / BLOCK) * BLOCK;
  }
  if (at + BLOCK > archive.length) throw new Error('the archive has no end');
  return files;
}
