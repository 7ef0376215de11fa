/** Where a page of batches or jobs begins: `after` is the `next` of the page before, an id. */
import { ConfigError } from '../../src/core/errors.ts';
import { batchNumber, parseJobId, rankOf } from '../ids.ts';

/** The number of the batch. @throws ConfigError when it is no id of a batch */
export const numberAfter = (after: string): number => placeOf(batchNumber(after));

/** The job's batch and its rank. @throws ConfigError when it is no id of a job */
export function jobAfter(after: string): { batch: string; rank: number } {
  const { batch = '', index = 0 } = parseJobId(after) ?? {};
  return { batch, rank: placeOf(rankOf(batch, index)) };
}

/** An id may have the right form and a number beyond all that are counted. */
function placeOf(number: number): number {
  if (Number.isSafeInteger(number)) return number;
  throw new ConfigError("'after' is no place in this list: give `next` of the page before");
}
