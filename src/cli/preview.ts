/** `understudy preview`: one episode as a page that opens from disk and can be sent to a colleague. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { SourceError, StoreError } from '../core/errors.ts';
import { openDataset } from '../dataset/open.ts';
import { whole } from './options.ts';
import { say } from './say.ts';

/** What the replay view reads of a shard. */
const OF_A_SHARD =
  /^(record|robot|trajectory|motion|landmarks)(\.[\w.]+)?\.(json|npy)$|^(record|robot)\.json$|^film\.mp4$/;
/** Of a dataset: everything but pictures and previews. */
const OF_A_DATASET = /^meta\/.+\.(json|jsonl|parquet)$|^data\/.+\.parquet$|^videos\/.+\.mp4$/;
/** A page holds its files as base64 in one text; browsers refuse texts over 512 MiB. */
const MOST_BYTES = 256 * 2 ** 20;

export const previewCommand = (): Command =>
  new Command('preview')
    .description('write one episode as a self-contained page: video, landmarks, robot in 3D, curves')
    .argument('<dir>', 'the shard of an episode, or a LeRobot v3.0 dataset')
    .requiredOption('--html <file>', 'the page to write')
    .option('--episode <n>', 'which episode of a dataset', whole(0), 0)
    .action(async (dir: string, { html, episode }: { html: string; episode: number }) => {
      const page = await previewPage(dir, episode);
      await writeFile(html, page).catch(error => {
        throw new StoreError(`${html} cannot be written: ${(error as Error).message}`, error);
      });
      say(`${html}: ${(page.length / 2 ** 20).toFixed(1)} MiB`);
    });

/**
 * The page as text.
 * @throws SourceError when `dir` is neither a shard nor a dataset, or too large for a page; DatasetError when it has no such
 *   episode
 */
export async function previewPage(dir: string, episode = 0): Promise<string> {
  const names = await filesBelow(dir);
  const kind = names.includes('record.json') ? 'shard' : names.includes('meta/info.json') ? 'dataset' : null;
  if (!kind)
    throw new SourceError(
      `${dir} has neither a record.json nor a meta/info.json: it has to be the shard of an episode or a dataset`,
    );
  if (kind === 'dataset') (await openDataset(dir)).episode(episode);
  else if (episode > 0) throw new SourceError(`${dir} is the shard of one episode: leave --episode out`);
  const wanted = names.filter(name => (kind === 'shard' ? OF_A_SHARD : OF_A_DATASET).test(name));
  const sizes = await Promise.all(wanted.map(async name => (await stat(path.join(dir, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MOST_BYTES)
    throw new SourceError(
      `${dir} has ${Math.round(bytes / 2 ** 20)} MiB, a page holds ${MOST_BYTES / 2 ** 20} MiB; open it in the studio instead`,
    );
  const files = Object.fromEntries(
    await Promise.all(
      wanted.map(async name => [name, (await readFile(path.join(dir, name))).toString('base64')] as const),
    ),
  );
  const [script, style] = await Promise.all(['preview.js', 'preview.css'].map(readBuilt));
  return pageOf({ kind, episode, files }, script, style);
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(error => {
    throw new SourceError(`${dir} cannot be read as a folder: ${(error as Error).message}`, error);
  });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** A file of the built studio, found beside the nearest package.json. */
async function readBuilt(name: string): Promise<string> {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!(await stat(path.join(folder, 'package.json')).catch(() => null))) folder = path.dirname(folder);
  const file = path.join(folder, 'dist/studio/preview', name);
  return readFile(file, 'utf8').catch(error => {
    throw new StoreError(`${file} is missing: build the studio with 'npm run build'`, error);
  });
}

/**
 * Nothing that was submitted becomes markup: the data is base64 in JSON, and texts are set by the script. The policy lets
 * exactly this script and this style run and nothing be fetched.
 */
function pageOf(data: object, script: string, style: string): string {
  const code = script.replaceAll('</script', '<\\/script');
  const look = style.replaceAll('</style', '<\\/style');
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(code)} blob: data:`,
    `style-src ${hash(look)}`,
    'media-src blob:',
    'img-src blob: data:',
    'worker-src blob: data:',
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Understudy</title>
<style>${look}</style>
</head>
<body>
<script type="application/json" id="episode">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${code}</script>
</body>
</html>
`;
}
