/** `embedded:DIR`: PostgreSQL inside this process (PGlite), in a folder. One process at a time. */
import { EventEmitter } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPostgresBackend, runMigrations } from 'bullmq';
import lockfile from 'proper-lockfile';
import { QueueError } from '../../src/core/errors.ts';
import type { Connection, Connections } from './connections.ts';
import { BULLMQ_SCHEMA } from './postgres.ts';
import { sqlLedger } from './sql-ledger.ts';
import { LEDGER_SCHEMA } from './sql-schema.ts';

interface Database {
  pglite: PGlite;
  unlock: () => Promise<void>;
  users: number;
}

/** The databases of this process by folder: whoever opens the same folder shares it. */
const databases = new Map<string, Promise<Database>>();

/** @throws QueueError when another process has the folder open */
export async function openEmbedded(folder: string): Promise<Connections> {
  const dir = path.resolve(folder);
  let opening = databases.get(dir);
  if (!opening) {
    opening = openDatabase(dir);
    databases.set(dir, opening);
    opening.catch(() => databases.delete(dir));
  }
  const database = await opening;
  database.users++;
  const pool = new PGlitePool(database.pglite) as unknown as Connection;
  let closed = false;
  return {
    ledger: sqlLedger({
      query: (text, params) => query(database.pglite, text, params),
      listen: async (channel, heard) => {
        const stop = await database.pglite.listen(channel, heard);
        return () => void stop();
      },
    }),
    asking: pool,
    working: () => pool,
    factory: createPostgresBackend as unknown as Connections['factory'],
    async close() {
      if (closed) return;
      closed = true;
      if (--database.users > 0) return;
      databases.delete(dir);
      await database.pglite.close();
      await database.unlock();
    },
  };
}

async function openDatabase(dir: string): Promise<Database> {
  await mkdir(dir, { recursive: true });
  const unlock = await lock(dir);
  try {
    const pglite = await PGlite.create({ dataDir: path.join(dir, 'pglite') });
    await runMigrations(new PGliteClient(pglite), BULLMQ_SCHEMA, {});
    for (const statement of LEDGER_SCHEMA) await pglite.exec(statement);
    await pglite.exec(`SET search_path TO ${BULLMQ_SCHEMA}`);
    return { pglite, unlock, users: 0 };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** PGlite locks nothing itself, and two processes would destroy its files. */
async function lock(dir: string): Promise<() => Promise<void>> {
  const owner = path.join(dir, 'owner.json');
  const lockfilePath = path.join(dir, 'lock');
  // Thrown where nobody catches it: whatever this process would still write could destroy what the other one has.
  const onCompromised = (cause: Error) => {
    throw new QueueError(
      `${dir} was taken over by another process while this one stood still for over 15 s: this one ends`,
      cause,
    );
  };
  const take = () => lockfile.lock(dir, { lockfilePath, stale: 15_000, update: 5_000, onCompromised });
  const held = async () => {
    const { pid, host } = JSON.parse(await readFile(owner, 'utf8')) as { pid: number; host: string };
    // Its own number: that of the process before it in a container that was started again.
    return host !== hostname() || (pid !== process.pid && isAlive(pid)) ? pid : null;
  };
  let unlock: () => Promise<void>;
  try {
    unlock = await take();
  } catch (error) {
    const pid = await held().catch(() => 'unknown');
    if (pid !== null)
      throw new QueueError(
        `${dir} is in use by process ${pid}: stop it, or use a Redis or PostgreSQL address for several processes`,
        error,
      );
    // Its process was killed: what it held is nobody's.
    await rm(lockfilePath, { recursive: true, force: true });
    unlock = await take();
  }
  await writeFile(owner, JSON.stringify({ pid: process.pid, host: hostname() }));
  return unlock;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** PGlite takes objects as JSON text only, and several statements only without parameters. */
async function query(pglite: PGlite, text: string, params: readonly unknown[] = []) {
  if (params.length === 0) {
    const last = (await pglite.exec(text)).at(-1);
    return { rows: last?.rows ?? [], rowCount: last?.affectedRows || (last?.rows.length ?? 0) };
  }
  const { rows, affectedRows } = await pglite.query<Record<string, unknown>>(text, params.map(plain));
  return { rows, rowCount: affectedRows || rows.length };
}

const plain = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
    ? JSON.stringify(value)
    : value;

/** What BullMQ's backend asks of a client of pg; all clients are the one session. */
class PGliteClient extends EventEmitter {
  readonly #pglite: PGlite;
  readonly #stop: () => void;

  constructor(pglite: PGlite) {
    super();
    this.setMaxListeners(0);
    this.#pglite = pglite;
    this.#stop = pglite.onNotification((channel, payload) => this.emit('notification', { channel, payload }));
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows are of whatever type the caller says
  query(text: string, params?: readonly unknown[]): Promise<{ rows: any[]; rowCount: number }> {
    return query(this.#pglite, text, params);
  }

  release(): void {
    this.#stop();
  }
}

/** What BullMQ's backend asks of a pool of pg. */
class PGlitePool extends EventEmitter {
  /** Read by BullMQ: a connection inside the process cannot be lost without notice. */
  readonly options = { keepAlive: true };
  readonly #pglite: PGlite;

  constructor(pglite: PGlite) {
    super();
    this.setMaxListeners(0);
    this.#pglite = pglite;
  }

  connect = async (): Promise<PGliteClient> => new PGliteClient(this.#pglite);
  query = (text: string, params?: readonly unknown[]) => query(this.#pglite, text, params);
  end = async (): Promise<void> => undefined;
}
