/** `understudy status`: how batches get on, on a server. */
import { Command } from 'commander';
import type { Batch, Client, Job } from '../client/index.ts';
import { plain } from '../core/plain.ts';
import { countsInWords, serverFlag, withServer } from './remote.ts';

/** Rows of a request, and of a list on a terminal. */
const PAGE = 500;
const SHOWN = 50;

export const statusCommand = (): Command =>
  serverFlag(new Command('status'))
    .description('say how a server gets on with its batches, or with the videos of one')
    .argument('[batch]', 'id of a batch')
    .option('--json', 'one JSON object a line on stdout')
    .action((batch: string | undefined, { server, json }: { server?: string; json?: boolean }) =>
      withServer(server, async client => {
        const lines = batch === undefined ? batchLines(client, json) : jobLines(client, batch, json);
        for await (const line of lines) process.stdout.write(`${line}\n`);
      }),
    );

async function* batchLines(client: Client, json = false): AsyncGenerator<string> {
  const { rows } = await client.batches({ limit: SHOWN });
  if (rows.length === 0 && !json) yield 'no batch yet: understudy submit';
  for (const batch of rows) yield json ? JSON.stringify(batch) : summary(batch);
}

async function* jobLines(client: Client, id: string, json = false): AsyncGenerator<string> {
  const batch = await client.batch(id);
  if (!json) yield summary(batch);
  let after: string | undefined;
  do {
    const { rows, next } = await client.jobs({ batch: id, after, limit: PAGE });
    for (const job of rows) yield json ? JSON.stringify(job) : line(job);
    after = next ?? undefined;
  } while (after !== undefined);
}

function summary({ id, createdAt, state, jobs, counts }: Batch): string {
  return plain(
    `${id}  ${createdAt.slice(0, 19)}  ${state.padEnd(9)}  ${jobs} video(s): ${countsInWords(counts)}`,
  );
}

function line({ id, state, stage, item, error, episodes, rejected }: Job): string {
  const percent = stage && stage.total > 0 ? ` ${Math.floor((100 * stage.done) / stage.total)} %` : '';
  const what =
    state === 'running' && stage
      ? `${stage.name}${percent}`
      : state === 'completed'
        ? `${episodes.length} episode(s)${rejected.length > 0 ? `, ${rejected.length} rejected` : ''}`
        : (error?.message ?? '');
  return plain(`  ${id}  ${state.padEnd(9)}  ${item.url}  ${what}`.trimEnd());
}
