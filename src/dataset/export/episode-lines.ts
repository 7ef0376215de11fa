/** episodes.jsonl: what is known of each episode, for formats that have no place of their own for it. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { throwStoreFault } from '../../core/faults.ts';
import type { ExportEpisode } from './format.ts';

export interface EpisodeLines {
  append(episode: ExportEpisode): Promise<void>;
  close(): Promise<void>;
}

export async function openEpisodeLines(dir: string): Promise<EpisodeLines> {
  const file = path.join(dir, 'episodes.jsonl');
  const handle = await open(file, 'w').catch(error => throwStoreFault(file, error));
  return {
    async append({ index, tasks, length, extra }) {
      const line = JSON.stringify({ episode_index: index, task: tasks.join('; '), length, ...extra });
      await handle.write(`${line}\n`).catch(error => throwStoreFault(file, error));
    },
    close: () => handle.close(),
  };
}
