/** A list as it was pasted or dropped: which of the three forms it has. */
import type { ListType } from '../../client/index.ts';

/** By the name of the file, else by how the text begins: JSON lines, a CSV header that has `url`, or addresses. */
export function listTypeOf(text: string, fileName = ''): ListType {
  if (/\.csv$/i.test(fileName)) return 'text/csv';
  if (/\.(jsonl|ndjson)$/i.test(fileName)) return 'application/x-ndjson';
  if (/\.txt$/i.test(fileName)) return 'text/plain';
  const first = text.trimStart().split(/\r?\n/, 1)[0] ?? '';
  if (first.startsWith('{')) return 'application/x-ndjson';
  const names = first.split(',').map(name => name.trim().replace(/^"|"$/g, '').toLowerCase());
  return names.includes('url') ? 'text/csv' : 'text/plain';
}

export const FORM_NAMES: Readonly<Record<ListType, string>> = {
  'text/plain': 'one address a line',
  'text/csv': 'CSV',
  'application/x-ndjson': 'JSON lines',
};
