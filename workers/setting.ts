/** What the handlers of one worker process share. */
import type { Logger } from 'pino';
import type { Ledger } from '../queue/ledger.ts';
import type { OpenQueue } from '../queue/open.ts';
import type { BatchItem, BatchSettings } from '../queue/types.ts';
import { type Config, loadConfig } from '../src/config.ts';
import type { SourceItem } from '../src/sources/item.ts';
import type { MediaPool } from '../src/stages/process.ts';
import type { perform } from '../src/stages/task.ts';
import type { processVideo } from '../src/stages/video.ts';
import type { Catalogue } from '../src/store/catalogue.ts';
import type { Store } from '../src/store/store.ts';
import type { AtHand } from './at-hand.ts';

/** How a video is walked through, and how one stage of it is done. */
export interface VideoWork {
  walk: typeof processVideo;
  perform: typeof perform;
}

export interface Setting {
  work: VideoWork;
  queue: OpenQueue;
  ledger: Ledger;
  store: Store;
  catalogue: Catalogue;
  media: MediaPool;
  /** The worker's own: where its cache and its datasets are, what it may fetch. */
  config: Config;
  atHand: AtHand;
  log: Logger;
}

/** The worker's configuration with what the submitter wants. Throws ConfigError. */
export const configFor = ({ config }: Setting, settings: BatchSettings): Config =>
  loadConfig({ ...config, ...settings });

/** A blank text says nothing, as in a list. */
export function sourceOf({ url, task = '', license = '', start, end }: BatchItem): SourceItem {
  return {
    address: url,
    ...(task.trim() && { task: task.trim() }),
    ...(license.trim() && { license: license.trim() }),
    ...(start !== undefined && { startS: start }),
    ...(end !== undefined && { endS: end }),
  };
}
