/** A web server for a folder, with range requests, that remembers what it was asked for. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

export interface Served {
  path: string;
  range: string | undefined;
  /** Of the answer. */
  bytes: number;
}

export interface FolderServer {
  address: string;
  served: Served[];
  close(): void;
}

export async function serveFolder(dir: string): Promise<FolderServer> {
  const served: Served[] = [];
  const server = createServer(async (request, response) => {
    const file = path.join(dir, decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname));
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) return response.writeHead(404).end();
    const range = request.headers.range?.match(/bytes=(\d+)-(\d*)/);
    const start = range ? Number(range[1]) : 0;
    const end = range?.[2] ? Math.min(found.size, Number(range[2]) + 1) : found.size;
    const empty = request.method === 'HEAD';
    served.push({ path: file, range: request.headers.range, bytes: empty ? 0 : end - start });
    const type = { '.html': 'text/html', '.js': 'text/javascript', '.mp4': 'video/mp4' }[path.extname(file)];
    response.writeHead(range ? 206 : 200, {
      'content-length': end - start,
      'content-type': type ?? 'application/octet-stream',
      'accept-ranges': 'bytes',
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${found.size}` }),
    });
    if (empty) return response.end();
    return createReadStream(file, { start, end: end - 1 }).pipe(response);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return { address: `http://127.0.0.1:${port}`, served, close: () => server.close() };
}
