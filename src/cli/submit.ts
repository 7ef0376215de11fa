/** `understudy submit`: a list to a server. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import type { Client, JobState, ListText, ListType } from '../client/index.ts';
import { ListError, SourceError } from '../core/errors.ts';
import { isWebAddress } from '../sources/item.ts';
import { interruptible } from './options.ts';
import { countsInWords, serverFlag, withServer } from './remote.ts';
import { complain, say, sayJson } from './say.ts';

interface SubmitFlags {
  server?: string;
  robot?: string;
  fps?: number;
  view?: 'auto' | 'third-person' | 'egocentric';
  task?: string;
  license?: string;
  preview?: boolean;
  priority?: number;
  key?: string;
  wait?: boolean;
  json?: boolean;
}

const TYPES: Readonly<Record<string, ListType>> = {
  '.csv': 'text/csv',
  '.jsonl': 'application/x-ndjson',
  '.txt': 'text/plain',
};

export const submitCommand = (): Command =>
  serverFlag(new Command('submit'))
    .description('send videos to a server')
    .argument('<input...>', 'one list (.txt, .csv, .jsonl), or http(s) addresses')
    .option('--robot <names>', 'robots to retarget to, a,b,c')
    .option('--fps <rate>', 'frames per second of the grid', Number)
    .option('--view <view>', 'auto, third-person or egocentric')
    .option('--task <text>', 'what is done, where the list does not say')
    .option('--license <id>', 'licence of the sources, where the list does not say')
    .option('--preview', 'also draw each demonstration')
    .addOption(
      new Option('--priority <n>', '1 goes first; without it last, in the order of arrival').argParser(
        Number,
      ),
    )
    .option('--key <text>', 'sent again with the same key, a list is not queued twice')
    .option('--wait', 'wait until all is done; exit code 2 when a video failed or was cancelled')
    .option('--json', 'one JSON object a line on stdout')
    .action(async (inputs: string[], { server, wait, json, key, ...settings }: SubmitFlags) => {
      const list = await listOf(inputs);
      await withServer(server, async client => {
        const { id, jobs } = await client.submit({ ...list, ...settings }, key);
        if (json) sayJson({ batch: id, jobs });
        else say(`batch ${id}: ${jobs} video(s)`);
        if (wait) await follow(client, id, json ?? false);
      });
    });

async function listOf(inputs: readonly string[]): Promise<ListText> {
  if (inputs.every(isWebAddress)) return { text: inputs.join('\n'), type: 'text/plain' };
  const type = TYPES[path.extname(inputs[0]).toLowerCase()];
  if (inputs.length > 1 || !type)
    throw new ListError(
      `expected http(s) addresses, or one list that ends in ${Object.keys(TYPES).join(', ')}`,
    );
  try {
    return { text: await readFile(inputs[0], 'utf8'), type };
  } catch (error) {
    throw new SourceError(
      `${inputs[0]}: the list cannot be read (${(error as NodeJS.ErrnoException).code})`,
      error,
    );
  }
}

/** Each job's end as a line; at the end how many came to what. */
async function follow(client: Client, id: string, json: boolean): Promise<void> {
  const signal = interruptible();
  const over: JobState[] = ['completed', 'failed', 'cancelled'];
  for await (const message of client.batchEvents(id, { signal })) {
    if (json) sayJson(message.data);
    else if (message.event === 'cancelled') complain(`${id} cancelled`);
    else if (message.event === 'state' && over.includes(message.data.state)) {
      const { job, state, error } = message.data;
      complain(`${job} ${state}${error ? `: ${error.message}` : ''}`);
    }
  }
  signal.throwIfAborted();
  const { counts, state } = await client.batch(id);
  if (!json) say(`batch ${id} ${state}: ${countsInWords(counts)}`);
  if (counts.failed + counts.cancelled > 0) process.exitCode = 2;
}
