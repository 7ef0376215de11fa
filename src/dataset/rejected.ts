/** rejected.jsonl: what was cut and looked at but not kept, and why. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../core/errors.ts';

const NAME = 'rejected.jsonl';

/** What was not kept: a line of the file. */
export interface Rejected {
  source: string;
  /** s in the source; null where the whole input failed. */
  startS: number | null;
  endS: number | null;
  /** 'rejected' by a gate, 'review' by a person, 'duplicate' of another episode, or the tag of the error. */
  kind: string;
  reason: string;
  /** Whose dataset it was left out of; absent: of every robot's. */
  robot?: string;
}

/** The rows of a dataset, which may be anybody's; none where it has no such file. Throws DatasetError with the first that is none of ours. */
export async function readRejected(dir: string): Promise<Rejected[]> {
  const file = path.join(dir, NAME);
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line, i) => {
    if (line === '') return [];
    const row = parsed(line);
    if (!isRejected(row))
      throw new DatasetError(`${file} line ${i + 1} is not what was left out: source, startS, endS, reason`);
    return [row];
  });
}

type Row = Partial<Record<keyof Rejected, unknown>> | null;

function parsed(line: string): Row {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const isRejected = (row: Row): row is Rejected =>
  typeof row?.source === 'string' &&
  typeof row.reason === 'string' &&
  [row.startS, row.endS].every(s => s === null || typeof s === 'number');

export const writeRejected = (dir: string, rows: readonly Rejected[]): Promise<void> =>
  writeFile(path.join(dir, NAME), rows.map(row => `${JSON.stringify(row)}\n`).join(''));

/** How many there are per reason. */
export function countReasons(rows: readonly Rejected[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of rows) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
