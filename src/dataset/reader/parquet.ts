/** Columns of parquet files, with a DatasetError for what is not there or broken. */
import {
  type AsyncBuffer,
  type FileMetaData,
  type ParquetScan,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetScan,
} from 'hyparquet';
import { DatasetError } from '../../core/errors.ts';
import type { DatasetFiles } from './files.ts';

export interface ParquetTable {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly string[];
  /** How the values of a column are stored: FLOAT, DOUBLE, INT64, BYTE_ARRAY, …; of nested ones the first. */
  typeOf(column: string): string | undefined;
  /** Row groups as [start, end). */
  readonly groups: readonly (readonly [start: number, end: number])[];
  /** Rows [start, end) of the named columns; all rows when omitted. int64 comes as bigint. */
  read(columns: readonly string[], start?: number, end?: number): Promise<Record<string, unknown>[]>;
  /** Rows [start, end) of one column. */
  column(name: string, start: number, end: number): Promise<ArrayLike<unknown>>;
}

export async function openTable(files: DatasetFiles, path: string): Promise<ParquetTable> {
  const file = await files.open(path);
  const broken = (error: unknown): never => {
    if (error instanceof DatasetError) throw error;
    throw new DatasetError(
      `${files.address}/${path} cannot be read as parquet, it is truncated or damaged: ${(error as Error).message}`,
      error,
    );
  };
  const metadata = await readMetadata(file).catch(broken);
  let at = 0;
  const groups = metadata.row_groups.map(group => [at, (at += Number(group.num_rows))] as const);
  const types = topLevelColumns(metadata);
  const columns = [...types.keys()];
  const scans: Record<string, Promise<ParquetScan>> = {};
  return {
    path,
    rows: at,
    columns,
    typeOf: column => types.get(column),
    groups,
    read: (names, rowStart, rowEnd) =>
      parquetReadObjects({ file, metadata, columns: [...names], rowStart, rowEnd }).catch(broken),
    async column(name, rowStart, rowEnd) {
      if (!columns.includes(name))
        throw new DatasetError(
          `${files.address}/${path} has no column '${name}'; it has ${columns.join(', ')}`,
        );
      try {
        const scan = await (scans[name] ??= parquetScan({ file, metadata, columns: [name] }));
        const parts: ArrayLike<unknown>[] = [];
        for (const [start, end] of groups) {
          const [from, to] = [Math.max(start, rowStart), Math.min(end, rowEnd)];
          if (from >= to) continue;
          const group = await scan.readColumn({ column: name, rowStart: start, rowEnd: end });
          parts.push(from === start && to === end ? group : group.slice(from - start, to - start));
        }
        return parts.length === 1 ? parts[0] : parts.flatMap(part => Array.from(part));
      } catch (error) {
        // The next call may find the server there again.
        delete scans[name];
        return broken(error);
      }
    },
  };
}

/** Damaged bytes make the parser fail in many ways: a RangeError of DataView, a wrong length, a bad magic number. */
async function readMetadata(file: AsyncBuffer): Promise<FileMetaData> {
  if (file.byteLength < 12) throw new Error(`${file.byteLength} bytes are no parquet file`);
  return parquetMetadataAsync(file);
}

/** The children of the schema's root, each with the type of its first leaf; each element is followed by its descendants. */
function topLevelColumns({ schema }: FileMetaData): Map<string, string | undefined> {
  const types = new Map<string, string | undefined>();
  let at = 1;
  const skip = (): void => {
    const children = schema[at++].num_children ?? 0;
    for (let i = 0; i < children; i++) skip();
  };
  while (at < schema.length) {
    const first = at;
    skip();
    types.set(schema[first].name, schema.slice(first, at).find(({ type }) => type !== undefined)?.type);
  }
  return types;
}
