/**
 * A store in an S3-compatible bucket, with a local cache:
 *
 *     <key>/<stage>-<writer>/…     the files of one writer of the artifact
 *     <key>/manifest.json          written last; names the writer whose files count
 *     documents/<name>.json        small named documents
 *
 * Every writer has a folder of its own, and the manifest is created once: whoever reads it finds all files of one
 * writer, whatever the others do. What is fetched is checked against the manifest before anybody sees it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isUnderstudyError, StoreError } from '../core/errors.ts';
import { storeFault } from '../core/faults.ts';
import { type ArtifactCache, openCache } from './cache.ts';
import {
  faultOf,
  MANIFEST,
  type Manifest,
  type ManifestFile,
  manifestOf,
  parseManifest,
} from './manifest.ts';
import { objectDocuments } from './s3-documents.ts';
import { openObjects, type S3Access, type S3Object, type S3Objects } from './s3-objects.ts';
import {
  ABANDONED_MS,
  artifactKey,
  checkedKey,
  isKey,
  type Store,
  type StoredArtifact,
  USE_RECORDED_MS,
} from './store.ts';

/** Files of one artifact that travel at a time. */
const TRAVELLERS = 4;

export interface S3StoreOptions {
  access: S3Access;
  /** Folder of the local copies. */
  cacheDir: string;
  /** Size of the local copies, bytes: see cache.ts. */
  cacheBytes: number;
}

/** @throws StoreError when the bucket cannot be reached; ConfigError on an address that is none */
export async function openS3Store(
  address: string,
  { access, cacheDir, cacheBytes }: S3StoreOptions,
): Promise<Store> {
  const objects = await openObjects(address, access);
  const root = path.join(cacheDir, createHash('sha256').update(objects.address).digest('hex').slice(0, 16));
  const cache = await openCache(root, cacheBytes).catch(error => {
    throw storeFault(root, error);
  });
  /** What is being fetched: several who want the same get it together. */
  const fetching = new Map<string, Promise<string | null>>();

  function get(key: string): Promise<string | null> {
    const running = fetching.get(checkedKey(key));
    if (running) return running;
    const started = fetchArtifact(objects, cache, key).finally(() => fetching.delete(key));
    fetching.set(key, started);
    return started;
  }

  const documents = objectDocuments(objects);
  return {
    root,
    address: objects.address,
    documents,
    async obstacle() {
      // That it answers; whether it takes what is written would have to be tried.
      await documents.read('ready');
      return null;
    },
    key: artifactKey,
    get: async key => get(key),
    async put(key, meta, write) {
      const writer = `${meta['stage'] ?? 'artifact'}-${randomBytes(6).toString('hex')}`;
      const draft = path.join(cache.drafts, `${checkedKey(key)}-${writer}`);
      try {
        await mkdir(draft);
        const value = await write(draft);
        const { manifest, text } = await manifestOf(key, { ...meta, at: writer }, draft);
        await upload(objects, `${key}/${writer}`, draft, manifest.files);
        const manifestName = `${key}/${MANIFEST}`;
        // A lost answer is asked again, and then told that there is one: our own.
        if (!(await objects.createText(manifestName, text)) && (await objects.text(manifestName)) !== text) {
          await removeBelow(objects, `${key}/${writer}/`);
          return { dir: (await get(key)) ?? cache.folder(key), value };
        }
        await writeFile(path.join(draft, MANIFEST), text);
        await cache.remove(key);
        await cache.accept(key, draft, bytesOf(manifest));
        return { dir: cache.folder(key), value };
      } catch (error) {
        throw storeFault(`${objects.address}${key}`, error);
      } finally {
        await rm(draft, { recursive: true, force: true }).catch(() => undefined);
      }
    },
    artifacts: () => artifactsOf(objects),
    verify: key => verify(objects, key),
    async remove(key, usedAt) {
      if (usedAt !== undefined)
        for await (const { modifiedAt } of objects.list(`${checkedKey(key)}/${MANIFEST}`))
          if (modifiedAt !== usedAt) return false;
      // The manifest first: from then on the artifact is not there.
      await objects.remove([`${checkedKey(key)}/${MANIFEST}`]);
      await removeBelow(objects, `${key}/`);
      await cache.remove(key);
      return true;
    },
    leftovers: remove => leftovers(objects, remove),
  };
}

const bytesOf = ({ files }: Manifest): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** The local folder of an artifact, fetched unless it is there as the manifest says. */
async function fetchArtifact(objects: S3Objects, cache: ArtifactCache, key: string): Promise<string | null> {
  const found = await objects.open(`${key}/${MANIFEST}`);
  if (!found) return null;
  const text = await new Response(found.body).text();
  if (Date.now() - found.modifiedAt > USE_RECORDED_MS) await objects.putText(`${key}/${MANIFEST}`, text);
  const dir = cache.folder(key);
  if ((await readFile(path.join(dir, MANIFEST), 'utf8').catch(() => '')) === text) {
    await cache.use(key);
    return dir;
  }
  const manifest = parseManifest(key, text);
  const draft = path.join(cache.drafts, `${key}-${randomBytes(6).toString('hex')}`);
  try {
    await inTurns(manifest.files, async file => {
      const local = path.join(draft, file.name);
      await mkdir(path.dirname(local), { recursive: true });
      await pipeline(await bodyOf(objects, manifest, file), createWriteStream(local));
      const fault = await faultOf(draft, file);
      if (fault) throw new StoreError(`${objects.address}${key}: ${fault}`);
    });
    await mkdir(draft, { recursive: true });
    await writeFile(path.join(draft, MANIFEST), text);
    await cache.remove(key);
    await cache.accept(key, draft, bytesOf(manifest));
    return dir;
  } catch (error) {
    const fault = storeFault(`${objects.address}${key}`, error);
    if (isUnderstudyError(fault)) throw fault;
    // A connection that breaks within a file, for which fetch has no code.
    throw new StoreError(`${objects.address}${key}: ${(error as Error).message}`, error);
  } finally {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function bodyOf(
  objects: S3Objects,
  { key, at = '' }: Manifest,
  { name }: ManifestFile,
): Promise<Readable> {
  const found = await objects.open(path.posix.join(key, at, name));
  if (!found) throw new StoreError(`${objects.address}${key}: ${name} is missing`);
  return Readable.fromWeb(found.body as Parameters<typeof Readable.fromWeb>[0]);
}

async function upload(
  objects: S3Objects,
  place: string,
  dir: string,
  files: readonly ManifestFile[],
): Promise<void> {
  try {
    await inTurns(files, ({ name }) => objects.putFile(`${place}/${name}`, path.join(dir, name)));
  } catch (error) {
    await removeBelow(objects, `${place}/`).catch(() => undefined);
    throw error;
  }
}

/** A few at a time. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: TRAVELLERS }, worker));
}

async function removeBelow(objects: S3Objects, folder: string): Promise<void> {
  const names: string[] = [];
  for await (const { name } of objects.list(folder)) names.push(name);
  await objects.remove(names);
}

/** Every byte is read, none is kept. */
async function verify(objects: S3Objects, key: string): Promise<string[]> {
  const text = await objects.text(`${checkedKey(key)}/${MANIFEST}`);
  if (text === null) return [`${key}: no manifest`];
  const faults: string[] = [];
  try {
    const manifest = parseManifest(key, text);
    await inTurns(manifest.files, async file => {
      const hash = createHash('sha256');
      let bytes = 0;
      const body = await bodyOf(objects, manifest, file).catch(() => null);
      if (!body) return void faults.push(`${key}: ${file.name} is missing`);
      const count = new Transform({
        transform(chunk: Buffer, _, done) {
          bytes += chunk.length;
          hash.update(chunk);
          done();
        },
      });
      await pipeline(body, count.resume());
      if (bytes !== file.bytes)
        faults.push(`${key}: ${file.name} has ${bytes} bytes, ${file.bytes} were written`);
      else if (hash.digest('hex') !== file.sha256)
        faults.push(`${key}: ${file.name} has changed since it was written`);
    });
  } catch (error) {
    faults.push((error as Error).message);
  }
  return faults.sort();
}

/** All objects, by the artifact that they belong to. */
async function byArtifact(objects: S3Objects): Promise<Map<string, S3Object[]>> {
  const found = new Map<string, S3Object[]>();
  for await (const object of objects.list('')) {
    const [key] = object.name.split('/');
    if (isKey(key)) found.set(key, [...(found.get(key) ?? []), object]);
  }
  return found;
}

async function* artifactsOf(objects: S3Objects): AsyncGenerator<StoredArtifact> {
  for (const [key, own] of await byArtifact(objects)) {
    const manifest = own.find(({ name }) => name === `${key}/${MANIFEST}`);
    if (!manifest) continue;
    const [, writer = ''] = own.find(object => object !== manifest)?.name.split('/') ?? [];
    yield {
      key,
      stage: writer.slice(0, Math.max(0, writer.lastIndexOf('-'))),
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      usedAt: manifest.modifiedAt,
    };
  }
}

/** Files of writers that were not first, or never came to their manifest. */
async function leftovers(objects: S3Objects, remove: boolean): Promise<number> {
  let sum = 0;
  for (const [key, own] of await byArtifact(objects)) {
    const writers = new Set(own.map(({ name }) => name.split('/')[1]));
    const manifest = writers.has(MANIFEST);
    if (manifest && writers.size <= 2) continue;
    const text = manifest ? await objects.text(`${key}/${MANIFEST}`) : null;
    const at = text === null ? null : (parseManifest(key, text).at ?? '');
    const stray = own.filter(
      ({ name, modifiedAt }) =>
        name !== `${key}/${MANIFEST}` &&
        !name.startsWith(`${key}/${at}/`) &&
        Date.now() - modifiedAt > ABANDONED_MS,
    );
    sum += stray.reduce((total, { bytes }) => total + bytes, 0);
    if (remove) await objects.remove(stray.map(({ name }) => name));
  }
  return sum;
}
