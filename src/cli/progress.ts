/** Three ways to tell how a run goes: bars on a terminal, one JSON object a line, or nothing. */
import path from 'node:path';
import cliProgress from 'cli-progress';
import { plain } from '../core/plain.ts';
import type { RunEvent } from '../run.ts';
import { complain, sayJson } from './say.ts';

export interface Progress {
  on(event: RunEvent): void;
  stop(): void;
}

/** One JSON object a line on stdout, and nothing else there. */
const jsonLines: Progress = {
  on: sayJson,
  stop: () => undefined,
};

const quiet: Progress = {
  on(event) {
    if (event.event === 'failed') complain(event.message);
    if (event.event === 'rejected') complain(`${event.source}: rejected: ${event.reason}`);
  },
  stop: () => undefined,
};

function bars(): Progress {
  const multi = new cliProgress.MultiBar(
    {
      format:
        '{stage} [{bar}] {percentage}% | {value}/{total} | {speed} frames/s | {eta_formatted} left | {name}',
      clearOnComplete: false,
      hideCursor: true,
      etaBuffer: 60,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_grey,
  );
  let bar: cliProgress.SingleBar | null = null;
  let current = '';
  let began = 0;
  const say = (line: string) => multi.log(plain(`${line}\n`));
  return {
    on(event) {
      if (event.event === 'failed') say(event.message);
      else if (event.event === 'rejected') say(`${event.source}: rejected: ${event.reason}`);
      else if (event.event === 'stage') {
        const { stage, done, total, cached } = event;
        const source = plain(path.basename(event.source));
        if (current !== `${stage} ${source}`) {
          bar?.stop();
          current = `${stage} ${source}`;
          began = performance.now();
          bar = multi.create(total, 0, { stage: stage.padEnd(11), name: source, speed: '-' });
        }
        const seconds = (performance.now() - began) / 1000;
        bar?.setTotal(total);
        bar?.update(done, { speed: cached ? 'cached' : seconds > 0.5 ? Math.round(done / seconds) : '-' });
      }
    },
    stop() {
      bar?.stop();
      multi.stop();
    },
  };
}

export const openProgress = (json: boolean, terminal: boolean): Progress =>
  json ? jsonLines : terminal ? bars() : quiet;
