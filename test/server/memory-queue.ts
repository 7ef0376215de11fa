/** A queue in memory that keeps the contract; tests move its jobs by hand. */
import { queuedBuild } from '../../queue/queued-build.ts';
import type {
  Batch,
  BatchRequest,
  DatasetBuild,
  DatasetRequest,
  Job,
  JobCounts,
  JobEvent,
  JobState,
  Page,
  QueueClient,
} from '../../queue/types.ts';
import { ConfigError, ConflictError, UnderstudyError } from '../../src/core/errors.ts';
import { Mailbox } from '../../src/server/mailbox.ts';

const OVER: JobState[] = ['completed', 'failed', 'cancelled'];
const NO_COUNTS: JobCounts = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

export class MemoryQueue implements QueueClient {
  readonly #batches = new Map<string, { request: BatchRequest; createdAt: string; jobs: string[] }>();
  readonly #keys = new Map<string, { batch: string; digest: string }>();
  readonly #jobs = new Map<string, Job>();
  readonly #builds = new Map<string, DatasetBuild>();
  readonly #events: JobEvent[] = [];
  readonly #readers = new Set<(event: JobEvent) => void>();
  /** When set, every call fails as if the database were away. */
  lost = false;

  async submit(request: BatchRequest): Promise<Batch> {
    this.#answer();
    const digest = JSON.stringify(request);
    const known = request.idempotencyKey && this.#keys.get(request.idempotencyKey);
    if (known && known.digest !== digest)
      throw new ConflictError('the idempotency key was used for another request');
    if (known) return this.#batch(known.batch);
    const id = `b${this.#batches.size + 1}`;
    const createdAt = new Date().toISOString();
    const jobs = request.items.map((item, i) => {
      const job: Job = {
        id: `${id}-${i}`,
        batch: id,
        item,
        state: 'queued',
        stage: null,
        attempts: 0,
        error: null,
        episodes: [],
        rejected: [],
        createdAt,
        startedAt: null,
        finishedAt: null,
      };
      this.#jobs.set(job.id, job);
      return job.id;
    });
    this.#batches.set(id, { request, createdAt, jobs });
    if (request.idempotencyKey) this.#keys.set(request.idempotencyKey, { batch: id, digest });
    return this.#batch(id);
  }

  async batch(id: string): Promise<Batch | null> {
    this.#answer();
    return this.#batches.has(id) ? this.#batch(id) : null;
  }

  async batches({ after, limit }: { after?: string; limit: number }): Promise<Page<Batch>> {
    this.#answer();
    const { rows, next } = page([...this.#batches.keys()].reverse(), placeIn(this.#batches, after), limit);
    return { rows: rows.map(id => this.#batch(id)), next };
  }

  async job(id: string): Promise<Job | null> {
    this.#answer();
    return this.#jobs.get(id) ?? null;
  }

  async jobs(filter: {
    batch?: string;
    state?: JobState;
    after?: string;
    limit: number;
  }): Promise<Page<Job>> {
    this.#answer();
    const ids = [...this.#jobs.values()]
      .filter(job => filter.batch === undefined || job.batch === filter.batch)
      .filter(job => filter.state === undefined || job.state === filter.state)
      .map(({ id }) => id);
    const { rows, next } = page(ids, placeIn(this.#jobs, filter.after), filter.limit);
    return { rows: rows.map(id => this.#jobs.get(id)!), next };
  }

  async cancelBatch(id: string): Promise<Batch | null> {
    this.#answer();
    for (const job of this.#batches.get(id)?.jobs ?? []) await this.cancelJob(job);
    return this.batch(id);
  }

  async cancelJob(id: string): Promise<Job | null> {
    this.#answer();
    const job = this.#jobs.get(id);
    if (job && !OVER.includes(job.state)) this.move(id, 'cancelled');
    return this.job(id);
  }

  async retryJob(id: string): Promise<Job | null> {
    this.#answer();
    if (this.#jobs.has(id)) this.move(id, 'queued');
    return this.job(id);
  }

  async *events(
    { job, batch, after }: { job?: string; batch?: string; after?: string },
    signal: AbortSignal,
  ): AsyncGenerator<JobEvent> {
    const inbox = new Mailbox<JobEvent>(10_000);
    const wanted = (event: JobEvent) => event.job === job || event.batch === batch;
    const from = after === undefined ? Number.POSITIVE_INFINITY : Number(after);
    for (const event of this.#events) if (wanted(event) && Number(event.id) > from) inbox.push(event);
    const reader = (event: JobEvent) => {
      if (wanted(event)) inbox.push(event);
    };
    this.#readers.add(reader);
    signal.addEventListener('abort', () => inbox.close());
    if (signal.aborted) inbox.close();
    try {
      yield* inbox;
    } finally {
      this.#readers.delete(reader);
    }
  }

  async buildDataset(request: DatasetRequest): Promise<DatasetBuild> {
    this.#answer();
    const build = queuedBuild(request, new Date().toISOString());
    this.#builds.set(request.name, build);
    return build;
  }
  async dataset(name: string): Promise<DatasetBuild | null> {
    this.#answer();
    return this.#builds.get(name) ?? null;
  }
  async datasets({ after, limit }: { after?: string; limit: number }): Promise<Page<DatasetBuild>> {
    const { rows, next } = page([...this.#builds.keys()].reverse(), after, limit);
    return { rows: rows.map(name => this.#builds.get(name)!), next };
  }

  async pause(): Promise<void> {}
  async resume(): Promise<void> {}
  async close(): Promise<void> {}
  async depths(): Promise<Record<string, Record<string, number>>> {
    this.#answer();
    return { video: { waiting: [...this.#jobs.values()].filter(({ state }) => state === 'queued').length } };
  }

  /** A dataset that a worker has finished. */
  built(name: string, { episodes, frames }: { episodes: number; frames: number }): void {
    const done = { done: episodes, total: episodes, episodes, frames, finishedAt: new Date().toISOString() };
    this.#builds.set(name, { ...this.#builds.get(name)!, state: 'completed', ...done });
  }

  /** As a worker would. */
  move(id: string, state: JobState, change: Partial<Job> = {}): void {
    const job = { ...this.#jobs.get(id)!, state, ...change };
    this.#jobs.set(id, job);
    this.tell({ batch: job.batch, job: id, event: 'state', state, error: job.error });
  }

  tell(event: { batch: string; job: string } & Record<string, unknown>): void {
    const whole = { id: String(this.#events.length + 1), at: new Date().toISOString(), ...event } as JobEvent;
    this.#events.push(whole);
    for (const reader of this.#readers) reader(whole);
  }

  get readers(): number {
    return this.#readers.size;
  }

  #answer(): void {
    if (this.lost)
      throw new UnderstudyError('QueueError', 'the queue at redis://localhost does not answer', {
        retryable: true,
      });
  }

  #batch(id: string): Batch {
    const { request, createdAt, jobs } = this.#batches.get(id)!;
    const counts = { ...NO_COUNTS };
    for (const job of jobs) counts[this.#jobs.get(job)!.state]++;
    const left = counts.queued + counts.running;
    const state: JobState =
      left === jobs.length && counts.running === 0
        ? 'queued'
        : left > 0
          ? 'running'
          : counts.failed === jobs.length
            ? 'failed'
            : counts.cancelled === jobs.length
              ? 'cancelled'
              : 'completed';
    return { id, createdAt, state, jobs: jobs.length, counts, settings: request.settings };
  }
}

function placeIn(known: Map<string, unknown>, after: string | undefined): string | undefined {
  if (after === undefined || known.has(after)) return after;
  throw new ConfigError("'after' is no place in this list");
}

/** After a name that is not there comes nothing. */
function page(ids: string[], after: string | undefined, limit: number): Page<string> {
  if (after !== undefined && !ids.includes(after)) return { rows: [], next: null };
  const start = after === undefined ? 0 : ids.indexOf(after) + 1;
  const rows = ids.slice(start, start + limit);
  return { rows, next: start + limit < ids.length ? (rows.at(-1) ?? null) : null };
}
