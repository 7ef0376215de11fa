/** A server of S3's protocol on loopback, with one bucket 'understudy'. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from 's3rver';
import type { S3Access } from '../../src/store/s3-objects.ts';

export async function serveS3(): Promise<{ access: S3Access; directory: string; close(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'understudy-s3-'));
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: 'understudy' }],
  });
  const { port } = await server.run();
  return {
    access: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    },
    directory,
    async close() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
