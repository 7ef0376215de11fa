import { UnrecoverableError } from 'bullmq';
import { expect, test } from 'vitest';
import { MediaError, StoreError } from '../../src/core/errors.ts';
import { failureOf, readFailure, thrown } from '../../workers/failure.ts';

test('an error keeps its tag, its words and whether it may be tried again, on its way through the queue', () => {
  for (const error of [new MediaError('no video'), new StoreError('full')]) {
    const failure = failureOf(error, 0);
    expect(failure).toEqual({ tag: error.tag, message: error.message, retryable: error.retryable });
    expect(thrown(failure) instanceof UnrecoverableError).toBe(!error.retryable);
    expect(readFailure(thrown(failure).message)).toEqual(failure);
  }
});

test('time that ran out and a queue that is away may be tried again, a defect may not', () => {
  const timeout = failureOf(new DOMException('', 'TimeoutError'), 120_000);
  expect(timeout).toMatchObject({
    tag: 'TimeoutError',
    message: expect.stringMatching('2 minutes'),
    retryable: true,
  });
  expect(failureOf(new Error('Connection is closed.'), 0).retryable).toBe(true);
  expect(failureOf(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 0).retryable).toBe(true);
  expect(failureOf(new TypeError('x is not a function'), 0)).toEqual({
    tag: 'Error',
    message: 'TypeError: x is not a function',
    retryable: false,
  });
});

test('a database that is full, being loaded or changing over may be tried again', () => {
  const said = [
    "OOM command not allowed when used memory > 'maxmemory'. script: f8224b, on @user_script:26.",
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
    "READONLY You can't write against a read only replica.",
    'could not extend file "base/5/16384": No space left on device',
  ].map(message => new Error(message));
  const full = Object.assign(new Error('could not access status of transaction 0'), { code: '53100' });
  for (const error of [...said, full]) expect(failureOf(error, 0).retryable).toBe(true);
});

test('what BullMQ itself says of a job is an error of the queue', () => {
  expect(readFailure('job stalled more than allowable limit')).toMatchObject({ tag: 'QueueError' });
});
