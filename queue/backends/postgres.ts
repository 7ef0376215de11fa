/** `postgres://…`: many machines share one PostgreSQL server, through BullMQ's own backend for it. */
import { createPostgresBackend, runMigrations } from 'bullmq';
import pg from 'pg';
import { QUEUES } from '../names.ts';
import { type Connection, type Connections, type OpenOptions, within } from './connections.ts';
import { type Sql, sqlLedger } from './sql-ledger.ts';
import { LEDGER_SCHEMA } from './sql-schema.ts';

/** BullMQ's schema, which it makes itself. */
export const BULLMQ_SCHEMA = 'bullmq';
/** A lock that holds while the ledger's schema is made, so that one process makes it: any number of ours. */
const SCHEMA_LOCK = 7_013_551;
/** A worker keeps one connection per queue to listen on; the others are shared. */
const CONNECTIONS = 2 * QUEUES.length + 4;

/** @throws what pg says when nobody answers within `waitMs` */
export async function openPostgres(url: string, { waitMs, patient }: OpenOptions): Promise<Connections> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    options: `-c search_path=${BULLMQ_SCHEMA}`,
  });
  // Many queues listen to the one pool; each query that cannot be sent says so itself.
  pool.setMaxListeners(0).on('error', () => undefined);
  try {
    await within(waitMs, () => pool.query('SELECT 1'));
    const client = await pool.connect();
    try {
      await client.query('SELECT pg_advisory_lock($1)', [SCHEMA_LOCK]);
      await runMigrations(client, BULLMQ_SCHEMA, {});
      for (const statement of LEDGER_SCHEMA) await client.query(statement);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [SCHEMA_LOCK]).catch(() => undefined);
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
  const connection = pool as unknown as Connection;
  return {
    ledger: sqlLedger(patient ? patiently(sqlOf(pool)) : sqlOf(pool)),
    asking: connection,
    working: () => connection,
    factory: createPostgresBackend as unknown as Connections['factory'],
    close: () => pool.end(),
  };
}

const sqlOf = (pool: pg.Pool): Sql => ({
  query: (text, params) => pool.query(text, params as unknown[]),
  async listen(channel, heard) {
    let leave: (() => void) | null = null;
    let stopped = false;
    const connect = async () => {
      const client = await pool.connect();
      let released = false;
      const release = () => {
        if (!released) client.release(true);
        released = true;
      };
      client.on('notification', ({ payload }) => heard(payload ?? ''));
      client.on('error', () => {
        const listened = leave === release;
        release();
        if (!listened) return;
        leave = null;
        retry();
      });
      try {
        await client.query(`LISTEN ${channel}`);
      } catch (error) {
        release();
        throw error;
      }
      if (stopped) release();
      else leave = release;
    };
    const retry = () => setTimeout(() => !stopped && connect().catch(retry), 1000).unref();
    await connect();
    return () => {
      stopped = true;
      leave?.();
      leave = null;
    };
  },
});

/** How long a worker waits for the server to come back before it gives its job up, ms. */
const PATIENCE_MS = 60_000;
/** Of the connection or the server, not of the statement: node's, and classes 08 and 57P of PostgreSQL. */
const isAway = (error: unknown): boolean => {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|08|57P)/.test(code) || /Connection terminated|timeout/.test(message)
  );
};

const patiently = (sql: Sql): Sql => ({
  ...sql,
  async query(text, params) {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await sql.query(text, params);
      } catch (error) {
        if (!isAway(error) || performance.now() > until) throw error;
        await new Promise(resolve => setTimeout(resolve, 500));
      }
    }
  },
});
