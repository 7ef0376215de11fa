/** The repository's files over HTTP. `npm run build`, then `node examples/06-retarget-in-the-browser/serve.mjs [PORT]`. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript' };
const server = createServer(async (request, response) => {
  // A URL's path has no '..' left in it; nothing but the example and the built code is served.
  const { pathname } = new URL(request.url, 'http://localhost');
  const allowed = /^\/(dist|examples)\//.test(pathname);
  const body = allowed && (await readFile(path.join(root, pathname)).catch(() => null));
  if (body) response.setHeader('content-type', types[path.extname(pathname)] ?? 'application/octet-stream');
  response.writeHead(body ? 200 : 404).end(body || 'not found');
});
server.listen(Number(process.argv[2] ?? 8000), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port}/examples/06-retarget-in-the-browser/index.html`),
);
