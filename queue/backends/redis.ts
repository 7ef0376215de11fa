/** `redis://…`: many machines share one Redis. */
import { Redis, type RedisOptions } from 'ioredis';
import { type Connections, type OpenOptions, within } from './connections.ts';
import { redisLedger } from './redis-ledger.ts';

const RECONNECT: RedisOptions = { retryStrategy: times => Math.min(50 * times, 1000), lazyConnect: true };
/** Who asks gets an answer or an error after as many reconnections; with the delays above that is half a second. */
const ASKING: RedisOptions = { ...RECONNECT, maxRetriesPerRequest: 4, connectTimeout: 5000 };
const WORKING: RedisOptions = { ...RECONNECT, maxRetriesPerRequest: null };

/** @throws what ioredis says when nobody answers within `waitMs` */
export async function openRedis(url: string, { waitMs, patient }: OpenOptions): Promise<Connections> {
  const opened: Redis[] = [];
  const open = (options: RedisOptions) => {
    const redis = new Redis(url, options);
    // Each command that cannot be sent says so itself.
    redis.on('error', () => undefined);
    opened.push(redis);
    return redis;
  };
  const asking = open(ASKING);
  try {
    await within(waitMs, () => asking.ping());
  } catch (error) {
    asking.disconnect();
    throw error;
  }
  let working: Redis | null = null;
  const forWork = () => (working ??= open(WORKING));
  return {
    ledger: redisLedger(patient ? forWork() : asking),
    asking,
    working: forWork,
    factory: undefined,
    async close() {
      for (const redis of opened) redis.disconnect();
    },
  };
}
