/** Rows of parquet files on disk, with a DatasetError for what is not there or broken. */
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { DatasetError } from '../core/errors.ts';

export interface ParquetRows {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Rows [start, end) of the named columns; all rows when omitted. int64 comes as bigint. */
  read(columns: readonly string[], start?: number, end?: number): Promise<Record<string, unknown>[]>;
}

export async function openParquet(path: string): Promise<ParquetRows> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata: FileMetaData = await parquetMetadataAsync(file);
    return {
      rows: Number(metadata.num_rows),
      columns: topLevelColumns(metadata),
      read: (columns, rowStart, rowEnd) =>
        parquetReadObjects({ file, metadata, columns: [...columns], rowStart, rowEnd }).catch(error =>
          broken(path, error),
        ),
    };
  } catch (error) {
    return broken(path, error);
  }
}

/** The children of the schema's root; each element is followed by its descendants. */
function topLevelColumns({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  let at = 1;
  const skip = (): void => {
    const children = schema[at++].num_children ?? 0;
    for (let i = 0; i < children; i++) skip();
  };
  while (at < schema.length) {
    names.push(schema[at].name);
    skip();
  }
  return names;
}

function broken(path: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') throw new DatasetError(`${path} is missing: the dataset is incomplete`, error);
  throw new DatasetError(`${path} cannot be read as parquet, it is truncated or damaged: ${message}`, error);
}
