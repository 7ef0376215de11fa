/** What the API stands on. It asks these and nothing else, so it loads no network and decodes no video. */
import type { Queue } from 'bullmq';
import type { QueueClient } from '../../queue/types.ts';
import type { RobotModel } from '../core/robot.ts';
import type { Catalogue } from '../store/catalogue.ts';
import type { Store } from '../store/store.ts';
import type { TokenBook } from './tokens.ts';

/** What this program knows by name. */
export interface Registry {
  robots: readonly string[];
  robot(name: string): Promise<RobotModel>;
  estimators: readonly string[];
  formats: readonly string[];
}

export interface Services {
  queue: QueueClient;
  store: Pick<Store, 'get' | 'documents' | 'obstacle'>;
  catalogue: Catalogue;
  /** Folder in which a dataset lies under its name once it is built. */
  datasets: string;
  registry: Registry;
  tokens: TokenBook;
  /** Hosts that the address guard lets through. */
  allowHosts: readonly string[];
  /** What the dashboard at /queues shows. */
  boards: readonly Queue[];
}
