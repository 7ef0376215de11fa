/** meta/tasks.parquet: task texts as the pandas index "task", numbered in the order they first came. */
import { INT64, plainColumn, recordBatch, STRING, schemaOf } from './arrow.ts';
import { writeParquetFile } from './parquet.ts';

/** Write `tasks`, whose position is their task_index. */
export async function writeTasks(file: string, tasks: readonly string[]): Promise<void> {
  const schema = schemaOf([
    ['task_index', INT64],
    ['task', STRING],
  ]);
  const columns = [plainColumn(INT64, [...tasks.keys()]), plainColumn(STRING, tasks)];
  await writeParquetFile(file, recordBatch(schema, tasks.length, columns), {
    pandas: JSON.stringify(PANDAS),
  });
}

/** What pandas needs to restore the index: LeRobot looks tasks up by it (`tasks.iloc[i].name`). */
const PANDAS = {
  index_columns: ['task'],
  column_indexes: [
    {
      name: null,
      field_name: null,
      pandas_type: 'unicode',
      numpy_type: 'object',
      metadata: { encoding: 'UTF-8' },
    },
  ],
  columns: [
    {
      name: 'task_index',
      field_name: 'task_index',
      pandas_type: 'int64',
      numpy_type: 'int64',
      metadata: null,
    },
    { name: 'task', field_name: 'task', pandas_type: 'unicode', numpy_type: 'object', metadata: null },
  ],
  creator: { library: 'understudy', version: '0' },
  pandas_version: '2.3.3',
};
