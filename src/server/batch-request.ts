/** From the body of a request to a batch: JSON, CSV, JSON lines or one address a line. */
import type { BatchItem, BatchRequest, BatchSettings } from '../../queue/types.ts';
import { isUnderstudyError, ListError } from '../core/errors.ts';
import { checkAddress } from '../sources/guard.ts';
import { type ListForm, parseList } from '../sources/list.ts';
import { LIMITS } from './limits.ts';
import { type Fault, HttpProblem } from './problem.ts';
import type { Registry } from './services.ts';

/** Media types of lists, and how each is read. */
export const LIST_TYPES: Readonly<Record<string, ListForm>> = {
  'text/csv': '.csv',
  'text/plain': '.txt',
  'application/x-ndjson': '.jsonl',
};

/** A row as it came, and why it cannot be used. */
export interface Judged {
  row: number;
  item: BatchItem;
  /** null: it can be used, as far as can be told without asking the network. */
  error: { tag: string; reason: string } | null;
}

/** The rows of a body of any of the types. @throws HttpProblem, ListError */
export function judgeBody(
  body: { items: readonly BatchItem[] } | string | null | undefined,
  mediaType: string,
  allowHosts: readonly string[],
): Judged[] {
  if (body === undefined || body === null)
    throw new HttpProblem(
      400,
      'syntax',
      `there is no body; it has to be application/json or one of ${Object.keys(LIST_TYPES).join(', ')}`,
    );
  return typeof body === 'string'
    ? judgeList(body, LIST_TYPES[mediaType], allowHosts)
    : judgeItems(body.items, allowHosts);
}

/** The rows of a list. Nothing is fetched and no name is looked up. @throws HttpProblem, ListError */
function judgeList(text: string, form: ListForm, allowHosts: readonly string[]): Judged[] {
  refuseLines(text);
  const rows = parseList(text, form, 'list');
  refuseLength(rows.length);
  return rows.map(row =>
    row.item instanceof ListError
      ? { row: row.number, item: { url: row.url }, error: { tag: 'ListError', reason: row.item.message } }
      : judge(
          row.number,
          {
            url: row.url,
            ...(row.item.task !== undefined && { task: row.item.task }),
            ...(row.item.license !== undefined && { license: row.item.license }),
            ...(row.item.startS !== undefined && { start: row.item.startS }),
            ...(row.item.endS !== undefined && { end: row.item.endS }),
          },
          allowHosts,
        ),
  );
}

function judgeItems(items: readonly BatchItem[], allowHosts: readonly string[]): Judged[] {
  refuseLength(items.length);
  return items.map((item, i) => judge(i + 1, item, allowHosts));
}

function judge(row: number, item: BatchItem, allowHosts: readonly string[]): Judged {
  const wrong = faultOf(item);
  if (wrong) return { row, item, error: { tag: 'ListError', reason: wrong } };
  try {
    checkAddress(item.url, allowHosts);
    return { row, item, error: null };
  } catch (error) {
    if (!isUnderstudyError(error)) throw error;
    return { row, item, error: { tag: error.tag, reason: error.message } };
  }
}

/** Control characters but tab and line ends, and halves of a surrogate pair: no database keeps them as text. */
const UNKEEPABLE = /[^\P{Cc}\t\n\r]|\p{Cs}/u;

function faultOf({ url, task = '', license = '', start = 0, end }: BatchItem): string | null {
  if (url.length > LIMITS.urlLength) return `the address has over ${LIMITS.urlLength} characters`;
  if (task.length > LIMITS.taskLength) return `'task' has over ${LIMITS.taskLength} characters`;
  if (license.length > LIMITS.licenseLength) return `'license' has over ${LIMITS.licenseLength} characters`;
  for (const text of [url, task, license])
    if (UNKEEPABLE.test(text)) return 'it has control characters or half a character';
  if (!(start >= 0) || !Number.isFinite(start)) return `'start' is ${start}; it has to be 0 s or later`;
  if (end !== undefined && !(end > start && Number.isFinite(end)))
    return `'end' is ${end}; it has to come after 'start' (${start} s)`;
  return null;
}

/** A row takes a hundred times the memory of its text, so a list of empty ones must not become rows. */
function refuseLines(text: string): void {
  const end = /\r\n?|\n/g;
  for (let lines = 1; end.test(text); lines++)
    if (lines > LIMITS.lines)
      throw new HttpProblem(
        413,
        'too-large',
        `the list has over ${LIMITS.lines} lines; one batch takes ${LIMITS.items} videos: send it in parts`,
      );
}

function refuseLength(rows: number): void {
  if (rows > LIMITS.items)
    throw new HttpProblem(
      413,
      'too-large',
      `the list has ${rows} rows; one batch takes ${LIMITS.items}: send it in parts`,
    );
}

/** All rows or none. @throws HttpProblem that names the first broken rows. */
export function batchOf(
  judged: readonly Judged[],
  { priority, ...settings }: BatchSettings & { priority?: number },
  idempotencyKey: string | undefined,
): BatchRequest {
  const broken = judged.filter(({ error }) => error !== null);
  if (judged.length === 0) throw new ListError('the list is empty; it needs at least one video');
  if (broken.length > 0) {
    const shown: Fault[] = broken
      .slice(0, LIMITS.faults)
      .map(({ row, item, error }) => ({ row, subject: item.url, reason: error!.reason }));
    const tag = broken.every(({ error }) => error!.tag === 'RefusedAddressError')
      ? 'RefusedAddressError'
      : 'ListError';
    throw new HttpProblem(
      400,
      tag,
      `${broken.length} of ${judged.length} rows cannot be used, so nothing was queued; row ${shown[0].row}: ${shown[0].reason}`,
      shown,
    );
  }
  return {
    items: judged.map(({ item }) => item),
    settings,
    ...(priority !== undefined && { priority }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

/** @throws HttpProblem when a robot or estimator is named that is not there; a path is never a robot here. */
export function checkNames({ robot, estimator }: BatchSettings, { robots, estimators }: Registry): void {
  const known = (kind: string, names: readonly string[], all: readonly string[]) => {
    const strange = names.find(name => !all.includes(name));
    if (strange !== undefined)
      throw new HttpProblem(
        400,
        'UnknownNameError',
        `unknown ${kind} ${JSON.stringify(strange)}; known: ${all.join(', ')}`,
      );
  };
  if (robot !== undefined) known('robot', robot.split(','), robots);
  if (estimator !== undefined) known('estimator', [estimator], estimators);
}
