import { expect, test } from 'vitest';
import { momentOf } from '../../src/motion/picture.ts';
import { withChange } from '../../src/stages/shots.ts';

test('the change of a picture is told from the first whole moment on', async () => {
  async function* frames() {
    for (let index = 0; index < 12; index++)
      yield {
        index,
        timeS: index / 30,
        frame: { width: 32, height: 24, data: new Uint8Array(32 * 24 * 3).fill(index * 10) },
      };
  }
  const changes: number[] = [];
  for await (const { change } of withChange(frames(), 30)) changes.push(change);
  expect(changes.findIndex(change => !Number.isNaN(change))).toBe(momentOf(30));
});
