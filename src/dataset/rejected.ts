/** rejected.jsonl: what was cut and looked at but not kept, and why. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

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

/** The rows of a dataset; none where it has no such file. */
export async function readRejected(dir: string): Promise<Rejected[]> {
  const text = await readFile(path.join(dir, NAME), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Rejected);
}

export const writeRejected = (dir: string, rows: readonly Rejected[]): Promise<void> =>
  writeFile(path.join(dir, NAME), rows.map(row => `${JSON.stringify(row)}\n`).join(''));

/** How many there are per reason. */
export function countReasons(rows: readonly Rejected[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of rows) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
