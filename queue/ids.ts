/** Ids of batches and jobs. They sort: a batch by its number, a job by its batch and its place in it. */
import { randomBytes } from 'node:crypto';

/** Largest number of jobs of one batch. */
export const MAX_JOBS = 2 ** 21;
const NUMBER_DIGITS = 6;

/** `000042-9f3a61c2` for the 42nd batch (base 36): the second half makes it hard to guess. */
export const batchId = (number: number): string =>
  `${number.toString(36).padStart(NUMBER_DIGITS, '0')}-${randomBytes(4).toString('hex')}`;

/** @param index 0 … MAX_JOBS - 1, the place among the batch's items */
export const jobId = (batch: string, index: number): string => `${batch}-${index}`;

/** null: not the id of a job. */
export function parseJobId(id: string): { batch: string; index: number } | null {
  const match = /^([0-9a-z]{6,}-[0-9a-f]{8})-(\d{1,7})$/.exec(id);
  return match ? { batch: match[1], index: Number(match[2]) } : null;
}

/** The number of a batch; NaN: not the id of a batch. */
export const batchNumber = (batch: string): number =>
  /^[0-9a-z]{6,}-[0-9a-f]{8}$/.test(batch) ? Number.parseInt(batch, 36) : Number.NaN;

/** Where a job stands among all: newest batch last, and in a batch the first item last. An exact double. */
export const rankOf = (batch: string, index: number): number =>
  batchNumber(batch) * MAX_JOBS + (MAX_JOBS - 1 - index);
