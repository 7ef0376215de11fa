/** Addresses of queues: what is wrong with one is told without its password. */
import { expect, test } from 'vitest';
import { openQueue } from '../../queue/open.ts';

test.each([
  ['mysql://me:se@cret@db.example/x', /^the address of the queue has to be redis/],
  ['me:se@cret@db.example', /^the address of the queue has to be redis/],
  ['redis://me:se@cret@127.0.0.1:9', /^the queue at redis:\/\/127\.0\.0\.1:9 does not answer/],
  ['postgres://127.0.0.1:9/x?password=se@cret', /^the queue at postgres:\/\/127\.0\.0\.1:9 does not answer/],
])('%s', async (address, words) => {
  const error = await openQueue(address, { waitMs: 200 }).then(
    () => null,
    (thrown: Error) => thrown,
  );
  expect(error?.message).toMatch(words);
  expect(error?.message).not.toMatch(/cret|se@/);
});
