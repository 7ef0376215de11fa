/** What a backend has to give: the ledger, and what BullMQ's own classes are made with. */
import type { BackendFactory, ConnectionOptions, IQueueBackend } from 'bullmq';
import type { Ledger } from '../ledger.ts';

/** A backend's connection: ioredis's or a pool of pg's; BullMQ's classes take either as they come. */
export type Connection = ConnectionOptions;

export interface Connections {
  ledger: Ledger;
  /** For queues, which are asked and answer or fail within seconds. */
  asking: Connection;
  /** For workers, which wait until the database is back. */
  working(): Connection;
  factory: BackendFactory<IQueueBackend, ConnectionOptions> | undefined;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** How long to wait for a database that does not answer yet, ms. */
  waitMs: number;
  /** Whether the ledger too waits until the database is back: in workers. */
  patient: boolean;
  /** A worker that is silent for this long has died, ms. */
  lockMs: number;
}

/** `attempt` again and again for `waitMs`; the last error is thrown. */
export async function within<T>(waitMs: number, attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() >= until) throw error;
      await new Promise(resolve => setTimeout(resolve, 250));
    }
  }
}
