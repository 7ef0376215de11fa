/** Archives as another server may make them. */
import { expect, test } from 'vitest';
import { filesOfTar } from '../../src/client/tar.ts';

test.each(['-1000', 'xyz', ''])('a file whose size is said as %j is refused', size => {
  const archive = new Uint8Array(2048);
  archive.set(new TextEncoder().encode('arrays/a.npy'));
  archive.set(new TextEncoder().encode(size), 124);
  expect(() => filesOfTar(archive)).toThrow('the size of arrays/a.npy is no number');
});
