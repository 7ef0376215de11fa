/** `understudy status`: how batches get on, on a server. */
import { Command } from 'commander';
import type { Batch, Client, Job } from '../client/index.ts';
import { countsInWords, serverFlag, withServer } from './remote.ts';
import { say, sayJson } from './say.ts';

/** Rows of a request, and of a list on a terminal. */
const PAGE = 500;
const SHOWN = 50;

export const statusCommand = (): Command =>
  serverFlag(new Command('status'))
    .description('say how a server gets on with its batches, or with the videos of one')
    .argument('[batch]', 'id of a batch')
    .option('--json', 'one JSON object a line on stdout')
    .action((batch: string | undefined, { server, json }: { server?: string; json?: boolean }) =>
      withServer(server, client =>
        batch === undefined ? showBatches(client, json) : showJobs(client, batch, json),
      ),
    );

async function showBatches(client: Client, json = false): Promise<void> {
  const { rows } = await client.batches({ limit: SHOWN });
  if (json) rows.forEach(sayJson);
  else say(rows.map(summary).join('\n') || 'no batch yet: understudy submit');
}

async function showJobs(client: Client, id: string, json = false): Promise<void> {
  const batch = await client.batch(id);
  if (!json) say(summary(batch));
  let after: string | undefined;
  do {
    const { rows, next } = await client.jobs({ batch: id, after, limit: PAGE });
    for (const job of rows) {
      if (json) sayJson(job);
      else say(line(job));
    }
    after = next ?? undefined;
  } while (after !== undefined);
}

function summary({ id, createdAt, state, jobs, counts }: Batch): string {
  return `${id}  ${createdAt.slice(0, 19)}  ${state.padEnd(9)}  ${jobs} video(s): ${countsInWords(counts)}`;
}

function line({ id, state, stage, item, error, episodes, rejected }: Job): string {
  const percent = stage && stage.total > 0 ? ` ${Math.floor((100 * stage.done) / stage.total)} %` : '';
  const what =
    state === 'running' && stage
      ? `${stage.name}${percent}`
      : state === 'completed'
        ? `${episodes.length} episode(s)${rejected.length > 0 ? `, ${rejected.length} rejected` : ''}`
        : (error?.message ?? '');
  return `  ${id}  ${state.padEnd(9)}  ${item.url}  ${what}`.trimEnd();
}
