/** Task texts by their number. */
import { DatasetError } from '../../core/errors.ts';
import { readLines } from './episodes.ts';
import type { DatasetFiles } from './files.ts';
import type { DatasetInfo } from './info.ts';
import { openTable } from './parquet.ts';

/** Position is task_index. Throws DatasetError when they are missing, broken or not numbered from 0. */
export async function readTasks(files: DatasetFiles, info: DatasetInfo): Promise<string[]> {
  const rows = info.version === 'v3.0' ? await tasksOfV3(files) : await readLines(files, 'meta/tasks.jsonl');
  const tasks: string[] = [];
  for (const row of rows) tasks[Number(row['task_index'])] = String(row['task']);
  if (tasks.length !== rows.length || Object.keys(tasks).length !== rows.length)
    throw new DatasetError(`${files.address}: the tasks are not numbered from 0 to ${rows.length - 1}`);
  return tasks;
}

async function tasksOfV3(files: DatasetFiles): Promise<Record<string, unknown>[]> {
  const table = await openTable(files, 'meta/tasks.parquet');
  // Older recorders leave the index, which holds the texts, without a name.
  const text = table.columns.find(name => name !== 'task_index') ?? 'task';
  const rows = await table.read(['task_index', text]);
  return rows.map(row => ({ task_index: row['task_index'], task: row[text] }));
}
