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

test('what BullMQ itself says of a job is an error of the queue', () => {
  expect(readFailure('job stalled more than allowable limit')).toMatchObject({ tag: 'QueueError' });
});
