/** Columns of parquet files, with a DatasetError for what is not there or broken. */
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { DatasetError } from '../../core/errors.ts';
import type { DatasetFiles } from './files.ts';
import { columnReader } from './pages.ts';

export interface ParquetTable {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly string[];
  /** How the values of a column are stored: FLOAT, DOUBLE, INT64, BYTE_ARRAY, …; of nested ones the first. */
  typeOf(column: string): string | undefined;
  /** How many values a column has in all rows, by the footer; nulls count. */
  valuesOf(column: string): number;
  /** Rows [start, end) of the named columns; all rows when omitted. int64 comes as bigint. */
  read(columns: readonly string[], start?: number, end?: number): Promise<Record<string, unknown>[]>;
  /** Rows [start, end) of one column; decoded as pages.ts says, one of several leaves with the whole row group. */
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
  const rows = metadata.row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  const types = topLevelColumns(metadata);
  const columns = [...types.keys()];
  const readers: Record<string, ReturnType<typeof columnReader>> = {};
  const read: ParquetTable['read'] = (names, rowStart, rowEnd) =>
    parquetReadObjects({ file, metadata, columns: [...names], rowStart, rowEnd }).catch(broken);
  return {
    path,
    rows,
    columns,
    typeOf: column => types.get(column),
    valuesOf: column => valuesOf(metadata, column),
    read,
    async column(name, start, end) {
      if (!columns.includes(name))
        throw new DatasetError(
          `${files.address}/${path} has no column '${name}'; it has ${columns.join(', ')}`,
        );
      if (!(start >= 0 && end <= rows))
        throw new DatasetError(
          `${files.address}/${path} has ${rows} rows, and no rows ${start} to ${end}: it is truncated or of another dataset`,
        );
      if (leavesOf(metadata, name) > 1) return (await read([name], start, end)).map(row => row[name]);
      return (readers[name] ??= columnReader(file, metadata, name))(start, end).catch(broken);
    },
  };
}

const leavesOf = ({ row_groups: [first] }: FileMetaData, name: string): number =>
  first?.columns.filter(({ meta_data }) => meta_data?.path_in_schema[0] === name).length ?? 0;

const valuesOf = ({ row_groups }: FileMetaData, name: string): number =>
  row_groups
    .flatMap(({ columns }) => columns)
    .filter(({ meta_data }) => meta_data?.path_in_schema[0] === name)
    .reduce((sum, { meta_data }) => sum + Number(meta_data?.num_values), 0);

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
