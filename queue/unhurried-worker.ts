/**
 * BullMQ's worker, which asks a database that refuses (one whose disk or memory is full) again at once, thousands of times a
 * second, and writes a line of log for each: so nothing else in the process gets its turn. This one waits in between.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';

const ASK_AGAIN_MS = 1000;

export class UnhurriedWorker<Data> extends Worker<Data> {
  protected override async moveToActive(token: string, name?: string): Promise<Job<Data>> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      await sleep(ASK_AGAIN_MS);
      throw error;
    }
  }

  override delay(...[ms = ASK_AGAIN_MS, controller]: Parameters<Worker['delay']>): Promise<void> {
    return super.delay(ms, controller);
  }
}
