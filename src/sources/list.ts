/** Lists of sources: .txt, .csv and .jsonl. */
import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import { ListError, SourceError } from '../core/errors.ts';
import { hasScheme, type SourceItem } from './item.ts';

/** Columns of .csv and keys of .jsonl; only `url` is required. */
const LIST_COLUMNS = ['url', 'task', 'license', 'start', 'end'] as const;

/** The forms of lists, by the ending of their files. */
export type ListForm = '.txt' | '.csv' | '.jsonl';

/** One row before it is judged, and where it stands, for people. */
interface Row {
  /** From 1. */
  number: number;
  place: string;
  fields: Record<string, unknown>;
}

const READERS: Record<ListForm, (text: string, path: string) => (Row | BrokenRow)[]> = {
  '.txt': readText,
  '.csv': readCsv,
  '.jsonl': readJsonLines,
};

export const isList = (path: string): boolean => extname(path).toLowerCase() in READERS;

/** A row that is no row at all. */
interface BrokenRow {
  number: number;
  error: ListError;
}

/** A list as read: its good rows, and an error for each broken one. */
export interface SourceList {
  items: SourceItem[];
  /** Each names its row. */
  broken: ListError[];
}

/**
 * Read a list. `url` is an http(s) address or a path, relative to the list's folder; `start` and `end` are
 * seconds or [hours:]minutes:seconds. A broken row does not take the others with it.
 * @throws SourceError when the list is missing; ListError when it is empty or no list at all.
 */
export async function readList(path: string): Promise<SourceList> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new SourceError(`${path}: the list cannot be read (${cause.code})`, cause);
  });
  const rows = parseList(text, extname(path).toLowerCase() as ListForm, path, dirname(resolve(path)));
  if (rows.length === 0) throw new ListError(`${path}: the list is empty; it needs at least one video`);
  const list: SourceList = { items: [], broken: [] };
  for (const { item } of rows) {
    if (item instanceof ListError) list.broken.push(item);
    else list.items.push(item);
  }
  return list;
}

/** One row of a list: what it says, or what is wrong with it. */
export interface ListRow {
  /** From 1, as in a spreadsheet or an editor. */
  number: number;
  /** The address as it was written; '' where there is none. */
  url: string;
  item: SourceItem | ListError;
}

/**
 * The rows of a list's text. `name` is what errors call it, `folder` what paths are relative to.
 * @throws ListError when it is no list at all.
 */
export function parseList(text: string, form: ListForm, name: string, folder = ''): ListRow[] {
  return READERS[form](text.replace(/^\uFEFF/, ''), name).map(row =>
    'error' in row
      ? { number: row.number, url: '', item: row.error }
      : { number: row.number, url: written(row.fields['url']), item: toItem(row, folder) },
  );
}

const written = (url: unknown) => (typeof url === 'string' ? url : '');

/** One address or path a line; blank lines and lines that start with # are skipped. */
function readText(text: string, path: string): Row[] {
  return numberedLines(text)
    .filter(({ line }) => !line.startsWith('#'))
    .map(({ line, number }) => ({ number, place: `${path} row ${number}`, fields: { url: line } }));
}

/** A header, then one video a row. Rows are counted as in a spreadsheet, the blank ones too. */
function readCsv(text: string, path: string): (Row | BrokenRow)[] {
  try {
    const rows = (parseCsv(text, { trim: true, relax_column_count: true }) as string[][])
      .map((record, i) => ({ record, number: i + 1, place: `${path} row ${i + 1}` }))
      .filter(({ record }) => record.some(value => value !== ''));
    const [{ record: header, place } = { record: [], place: path }, ...others] = rows;
    const names = header.map(name => name.toLowerCase());
    // Spreadsheets write columns that have neither a name nor a value.
    const columns = new Map(names.map((name, column) => [name, column]));
    columns.delete('');
    if (!columns.has('url')) {
      throw new ListError(`${place}: no column 'url'; a header is needed, of ${LIST_COLUMNS.join(', ')}`);
    }
    refuseUnknown(place, columns.keys());
    return others.map(({ record, ...row }) =>
      record.slice(header.length).every(value => value === '')
        ? {
            ...row,
            fields: Object.fromEntries([
              ...Array.from(columns, ([name, column]) => [name, record[column] || undefined]),
              ...record
                .filter((value, column) => value !== '' && names[column] === '')
                .map(value => ['', value]),
            ]),
          }
        : {
            ...row,
            error: new ListError(
              `${row.place}: ${record.length} values where the header has ${header.length}; a text with a comma needs quotes`,
            ),
          },
    );
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const row = Number((error as CsvError & { records?: number }).records ?? 0) + 1;
    throw new ListError(`${path} row ${row}: not valid CSV: ${error.message}`, error);
  }
}

/** One JSON object a line. */
function readJsonLines(text: string, path: string): (Row | BrokenRow)[] {
  return numberedLines(text).map(({ line, number }) => {
    const place = `${path} row ${number}`;
    let fields: unknown;
    try {
      fields = JSON.parse(line);
    } catch (cause) {
      const error = new ListError(`${place}: not valid JSON: ${(cause as Error).message}`, cause);
      return { number, error };
    }
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      const error = new ListError(`${place}: not a JSON object such as {"url": "…", "task": "…"}`);
      return { number, error };
    }
    return { number, place, fields: fields as Record<string, unknown> };
  });
}

function numberedLines(text: string): { line: string; number: number }[] {
  return text
    .split(/\r?\n/)
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== '');
}

function refuseUnknown(place: string, names: Iterable<string>): void {
  const known: readonly string[] = LIST_COLUMNS;
  for (const name of names)
    if (!known.includes(name))
      throw new ListError(`${place}: unknown column '${name}'; known: ${LIST_COLUMNS.join(', ')}`);
}

/** The row as an item, or what is wrong with it. */
function toItem(row: Row, folder: string): SourceItem | ListError {
  try {
    return checkedItem(row, folder);
  } catch (error) {
    if (error instanceof ListError) return error;
    throw error;
  }
}

function checkedItem({ place, fields }: Row, folder: string): SourceItem {
  refuseUnknown(place, Object.keys(fields));
  const url = words(place, 'url', fields['url']);
  if (!url) throw new ListError(`${place}: 'url' is empty; it needs an http(s) address or a path`);
  const item: SourceItem = { address: hasScheme(url) ? url : resolve(folder, url) };
  const task = words(place, 'task', fields['task']);
  const license = words(place, 'license', fields['license']);
  const startS = seconds(place, 'start', fields['start']);
  const endS = seconds(place, 'end', fields['end']);
  if (endS !== undefined && endS <= (startS ?? 0)) {
    throw new ListError(`${place}: 'end' (${endS} s) must come after 'start' (${startS ?? 0} s)`);
  }
  if (task) item.task = task;
  if (license) item.license = license;
  if (startS !== undefined) item.startS = startS;
  if (endS !== undefined) item.endS = endS;
  return item;
}

function words(place: string, name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new ListError(`${place}: '${name}' is ${inWords(value)}, not text`);
  return value.trim();
}

/** A value that JSON has. What is inside of objects stays unsaid: as text it may have no end, or refuse to be one. */
const inWords = (value: unknown): string =>
  typeof value === 'object' ? 'a list or an object' : String(value);

/** 12.5, '12.5', '1:02.5' and '1:00:02' as seconds. */
function seconds(place: string, name: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'string' ? value.trim() : inWords(value);
  if (!/^(\d+:){0,2}\d+(\.\d+)?$/.test(text)) {
    throw new ListError(`${place}: '${name}' is '${text}'; seconds are needed, such as 12.5 or 1:02.5`);
  }
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}
