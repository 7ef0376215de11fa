/**
 * Parquet files written as a stream: one row group per record batch, snappy, and a new file before the
 * limit is reached. Memory holds one row group and the footer of one file, whatever the dataset's length.
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { Table as ArrowTable, RecordBatch, Schema, tableToIPC } from 'apache-arrow';
import {
  Compression,
  transformParquetStream,
  Table as WasmTable,
  WriterPropertiesBuilder,
} from 'parquet-wasm';
import { DatasetError } from '../../core/errors.ts';
import { throwStoreFault } from '../../core/faults.ts';
import { FILE_LIMITS, type FilePlace, fileName, placeOf } from './layout.ts';

export interface ParquetFolder {
  /**
   * Write one row group; returns the file that it went into. `build` is given that file's place, and is
   * called a second time when the batch turns out not to fit into the open file. One call at a time.
   */
  append(build: (place: FilePlace) => RecordBatch): Promise<FilePlace>;
  /** Finish the last file. */
  close(): Promise<void>;
}

export interface ParquetFolderOptions {
  /** Goes into each footer. */
  metadata?: Readonly<Record<string, string>>;
  /**
   * Held against the compressed bytes written plus the batches under way as they are in memory; the footer, some
   * 2 % of a file, comes on top.
   */
  limitBytes?: number;
  /** Files per chunk folder. */
  chunksSize?: number;
  /** Files that are there already: the first one written is the next. */
  files?: number;
}

/** Files chunk-000/file-000.parquet, … under `dir`. */
export function openParquetFolder(dir: string, options: ParquetFolderOptions = {}): ParquetFolder {
  const { metadata = {}, limitBytes = FILE_LIMITS.dataFilesSizeMb * 2 ** 20 } = options;
  const { chunksSize = FILE_LIMITS.chunksSize } = options;
  let files = options.files ?? 0;
  let current: OpenFile | null = null;
  const place = (n: number) => placeOf(n, chunksSize);
  const encode = (build: (place: FilePlace) => RecordBatch, n: number) => toIpc(build(place(n)), metadata);

  return {
    async append(build) {
      let ipc = current && encode(build, files - 1);
      if (!current || !ipc || current.size() + ipc.byteLength > limitBytes) {
        await current?.close();
        current = null;
        ipc = encode(build, files);
        current = await openFile(path.join(dir, fileName(place(files), 'parquet')), metadata);
        files += 1;
      }
      await current.append(ipc);
      return place(files - 1);
    },
    async close() {
      const last = current;
      current = null;
      await last?.close();
    },
  };
}

/** One whole parquet file with a single row group. */
export async function writeParquetFile(
  file: string,
  batch: RecordBatch,
  metadata: Readonly<Record<string, string>>,
) {
  const out = await openFile(file, metadata);
  await out.append(toIpc(batch, metadata));
  await out.close();
}

/** pyarrow reads metadata off the stored Arrow schema, other readers off the footer: it is written to both. */
function toIpc(batch: RecordBatch, metadata: Readonly<Record<string, string>>): Uint8Array {
  const schema = new Schema(batch.schema.fields, new Map(Object.entries(metadata)));
  return tableToIPC(new ArrowTable(schema, new RecordBatch(schema, batch.data)), 'stream');
}

interface OpenFile {
  append(ipc: Uint8Array): Promise<void>;
  close(): Promise<void>;
  /** Bytes written, plus an upper bound of those under way. */
  size(): number;
}

async function openFile(file: string, metadata: Readonly<Record<string, string>>): Promise<OpenFile> {
  await mkdir(path.dirname(file), { recursive: true }).catch(error => fault(file, error));
  const handle = await open(file, 'w').catch(error => fault(file, error));
  const batches = new TransformStream<object, object>(undefined, { highWaterMark: 1 }, { highWaterMark: 0 });
  const input = batches.writable.getWriter();
  input.closed.catch(() => undefined);
  let written = 0;
  /** Sizes of the last two batches: what the encoder may still hold. */
  let held: [number, number] = [0, 0];

  const done = pump(batches.readable, metadata, handle, bytes => {
    written += bytes;
  }).catch(error => fault(file, error));
  done.catch(() => undefined);

  return {
    size: () => written + held[0] + held[1],
    async append(ipc) {
      held = [held[1], ipc.byteLength];
      const table = WasmTable.fromIPCStream(ipc);
      const [batch] = table.recordBatches();
      table.free();
      await Promise.race([input.write(batch), done]);
    },
    async close() {
      await Promise.race([input.close(), done]);
      await done;
    },
  };
}

/** Record batches in, bytes of one file out. */
async function pump(
  batches: ReadableStream<object>,
  metadata: Readonly<Record<string, string>>,
  handle: FileHandle,
  onBytes: (bytes: number) => void,
): Promise<void> {
  try {
    // The encoder starts a new row group as soon as the open one exceeds this many bytes, and a batch is
    // never split when its group is empty: with 1 byte every batch is a row group of its own.
    // Joint values hardly repeat: dictionaries of them make files larger, and hold memory while a file grows.
    const properties = new WriterPropertiesBuilder()
      .setCompression(Compression.SNAPPY)
      .setMaxRowGroupBytes(1)
      .setDictionaryEnabled(false)
      .setKeyValueMetadata(new Map(Object.entries(metadata)))
      .setCreatedBy('understudy')
      .build();
    const encoded: ReadableStream<Uint8Array> = await transformParquetStream(batches, properties);
    for await (const bytes of encoded) {
      await handle.writeFile(bytes);
      onBytes(bytes.byteLength);
    }
  } finally {
    await handle.close();
  }
}

function fault(file: string, error: unknown): never {
  if (error instanceof Error && 'code' in error) return throwStoreFault(file, error);
  throw new DatasetError(
    `cannot encode ${file}: ${error instanceof Error ? error.message : String(error)}`,
    error,
  );
}
