/** A worker in a process of its own, to be killed: `worker-process.ts <address> <folder> <lock ms> [<url to submit>]`. */
import { openQueue } from '../../queue/open.ts';
import { startFakeWorker } from './fake-work.ts';

const [address, folder, lockMs, url] = process.argv.slice(2);
const queue = await openQueue(address, { patient: true, waitMs: 20_000, lockMs: Number(lockMs) });
if (url) {
  const { id } = await queue.client.submit({ items: [{ url }], settings: {} });
  process.stdout.write(`submitted ${id}\n`);
}
const worker = await startFakeWorker(queue, folder);
process.stdout.write('working\n');
process.once('SIGTERM', async () => {
  await worker.stop(500);
  await queue.close();
  process.exit(0);
});
