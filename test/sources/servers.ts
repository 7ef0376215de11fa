/** Servers on loopback, and how they are fetched from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { FetchOptions } from '../../src/sources/resolve.ts';

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

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is there until the tests of the file are over. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-sources-'));
  folders.push(folder);
  return folder;
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
