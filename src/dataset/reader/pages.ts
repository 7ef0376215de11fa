/**
 * One column of a parquet file, decoded a page at a time: a page is about 1 MiB, the row group around it has a million rows
 * where pandas wrote it. Memory per column: one decoded page, READ_BYTES of the file, and one row per page of the row group.
 */
import { type AsyncBuffer, type ColumnMetaData, type FileMetaData, parquetSchema } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js';

type ColumnDecoder = Parameters<typeof readPage>[2];
type DecodedArray = Parameters<typeof assembleNested>[0] extends Map<string, infer Rows> ? Rows : never;

/** What is fetched at once where a row group has as much. */
const READ_BYTES = 2 ** 21;
/** The header of a page, with the largest and the smallest of its texts, is no longer. */
const HEADER_BYTES = 2 ** 18;

/**
 * Rows [start, end) of a column with one leaf: numbers, texts, lists of them. Going forward, each page is decoded once; going back,
 * only the pages in question. Calls may overlap: they wait for each other.
 */
export function columnReader(
  file: AsyncBuffer,
  metadata: FileMetaData,
  name: string,
): (start: number, end: number) => Promise<ArrayLike<unknown>> {
  const groups = metadata.row_groups;
  const starts: number[] = [];
  let rows = 0;
  for (const { num_rows } of groups) {
    starts.push(rows);
    rows += Number(num_rows);
  }
  let current: { group: number; pages: ChunkPages } | null = null;
  const pagesOf = (group: number): ChunkPages => {
    if (current?.group !== group)
      current = { group, pages: new ChunkPages(file, metadata, name, groups[group]) };
    return current.pages;
  };
  const read = async (start: number, end: number): Promise<ArrayLike<unknown>> => {
    const parts: DecodedArray[] = [];
    for (let g = placeIn(starts, start); g < groups.length && starts[g] < end; g++) {
      const [from, to] = [
        Math.max(0, start - starts[g]),
        Math.min(Number(groups[g].num_rows), end - starts[g]),
      ];
      if (from < to) parts.push(...(await pagesOf(g).read(from, to)));
    }
    return parts.length === 1 ? parts[0] : parts.flatMap(part => Array.from(part as ArrayLike<unknown>));
  };
  let last: Promise<unknown> = Promise.resolve();
  return (start, end) => {
    const mine = last.then(() => read(start, end));
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** The last of the ascending `starts` that is not above `row`; there may be thousands. */
function placeIn(starts: readonly number[], row: number): number {
  let [low, high] = [0, starts.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= row) low = middle;
    else high = middle;
  }
  return low;
}

/** Where decoding can begin: a page, and what the pages before it leave unfinished. */
interface Mark {
  /** Byte in the file. */
  at: number;
  /** The row that the page begins with, or goes on with. */
  row: number;
  /** That row as far as it is known: a list may go on in the next page. */
  begun?: unknown;
}

class ChunkPages {
  readonly #file: AsyncBuffer;
  readonly #decoder: ColumnDecoder;
  readonly #end: number;
  /** Of the pages passed so far and the one behind them, in order. */
  readonly #marks: Mark[];
  #dictionary: DecodedArray | undefined;
  #page: { row: number; rows: DecodedArray } = { row: 0, rows: [] };
  #bytes = { at: 0, data: new ArrayBuffer(0) };

  constructor(file: AsyncBuffer, metadata: FileMetaData, name: string, group: FileMetaData['row_groups'][0]) {
    const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data;
    if (!chunk) throw new Error(`a row group lacks '${name}'`);
    const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    this.#file = file;
    this.#decoder = decoderOf(metadata, chunk);
    this.#end = start + Number(chunk.total_compressed_size);
    this.#marks = [{ at: start, row: 0 }];
  }

  /** Rows [start, end) of the row group, in parts. One call at a time. */
  async read(start: number, end: number): Promise<DecodedArray[]> {
    const parts: DecodedArray[] = [];
    for (let at = start; at < end; ) {
      const { row, rows } = this.#page;
      if (row <= at && at < row + rows.length) {
        parts.push(rows.slice(at - row, end - row) as DecodedArray);
        at = row + rows.length;
      } else await this.#decode(at);
    }
    return parts;
  }

  /** One page towards `row`: the one that has it, else the first that was not passed yet. */
  async #decode(row: number): Promise<void> {
    const { pathInSchema, schemaPath } = this.#decoder;
    const n = this.#marks.findLastIndex(mark => mark.row <= row);
    const mark = this.#marks[n];
    if (mark.at >= this.#end)
      throw new Error(`'${pathInSchema[0]}' ends at row ${mark.row} of its row group`);
    const head = { view: await this.#view(mark.at, HEADER_BYTES), offset: 0 };
    const header = parquetHeader(head);
    const body = mark.at + head.offset;
    const next = body + header.compressed_page_size;
    if (!(next > mark.at)) throw new Error(`'${pathInSchema[0]}' has a page of no length`);
    const reader = async () => ({ view: await this.#view(body, header.compressed_page_size), offset: 0 });
    if (header.type === 'DICTIONARY_PAGE') {
      const { data } = readPage(await reader(), header, this.#decoder, undefined, undefined, 0);
      this.#dictionary = data && convert(data, this.#decoder);
      mark.at = next;
      return;
    }
    const isList = getMaxRepetitionLevel(schemaPath) > 0;
    const values = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
    // Without lists a value is a row, and a page that lies before the row is passed as it is.
    if (!isList && mark.row + values <= row) {
      this.#marks.push({ at: next, row: mark.row + values });
      return;
    }
    const begun = mark.begun === undefined ? undefined : [structuredClone(mark.begun)];
    let { data = [] } = readPage(await reader(), header, this.#decoder, this.#dictionary, begun, 0);
    let open: unknown;
    if (isList && next < this.#end) {
      open = data[data.length - 1];
      data = data.slice(0, -1) as DecodedArray;
    }
    const rows = this.#assembled(data);
    this.#page = { row: mark.row, rows };
    if (n === this.#marks.length - 1)
      this.#marks.push({ at: next, row: mark.row + rows.length, begun: open });
  }

  /** Lists as the schema has them; hyparquet fills them with a level for each that may be missing. */
  #assembled(rows: DecodedArray): DecodedArray {
    const { pathInSchema, schemaPath, parsers } = this.#decoder;
    const [, column] = schemaPath;
    if (column.children.length === 0) return rows;
    const byPath = new Map([[pathInSchema.join('.'), rows]]);
    assembleNested(byPath, column, parsers);
    return byPath.get(column.element.name) as DecodedArray;
  }

  /** From byte `at` on at least `length` bytes, or all up to the end of the column's part of the row group. */
  async #view(at: number, length: number): Promise<DataView> {
    const { at: from, data } = this.#bytes;
    const end = Math.min(at + length, this.#end);
    if (at < from || end > from + data.byteLength) {
      const to = Math.min(at + Math.max(length, READ_BYTES), this.#end);
      this.#bytes = { at, data: await this.#file.slice(at, to) };
    }
    return new DataView(this.#bytes.data, at - this.#bytes.at);
  }
}

function decoderOf(metadata: FileMetaData, chunk: ColumnMetaData): ColumnDecoder {
  const pathInSchema = chunk.path_in_schema;
  const schemaPath = getTreePath(parquetSchema(metadata), pathInSchema);
  const { element } = schemaPath[schemaPath.length - 1];
  return { ...chunk, pathInSchema, schemaPath, element, parsers: DEFAULT_PARSERS };
}
