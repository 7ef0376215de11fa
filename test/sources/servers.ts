/** Servers on loopback, and how they are fetched from. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FetchOptions } from '../../src/sources/resolve.ts';
import { temporary } from '../temporary.ts';

const servers: Server[] = [];

/** host:port of a new server. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function closeServers(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}

export const fetchOptions = (given: Partial<FetchOptions> = {}): FetchOptions => ({
  folder: temporary(),
  allowHosts: [],
  maxBytes: 10_000_000,
  maxSeconds: 20,
  hostConcurrency: 2,
  hostDelayMs: 0,
  robotsTxt: 'ignore',
  ytDlp: '',
  env: { PATH: process.env['PATH'] },
  ...given,
});

export const failure = (promise: Promise<unknown>): Promise<Error & { tag: string; retryable: boolean }> =>
  promise.then(
    () => {
      throw new Error('it was accepted');
    },
    error => error,
  );
