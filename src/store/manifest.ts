/** manifest.json: says that an artifact is complete, how it was made, and every byte of it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StoreError } from '../core/errors.ts';

export const MANIFEST = 'manifest.json';

export interface ManifestFile {
  /** Path in the artifact, with slashes. */
  name: string;
  bytes: number;
  /** SHA-256, hex. */
  sha256: string;
}

export interface Manifest {
  key: string;
  stage?: string;
  /** Folder of its files below the artifact; absent: the artifact's own. */
  at?: string;
  /** In the order of their names. */
  files: readonly ManifestFile[];
}

/** The manifest's text for what lies in `dir`; reads every byte of it. */
export async function manifestOf(
  key: string,
  meta: Record<string, unknown>,
  dir: string,
): Promise<{ manifest: Manifest; text: string }> {
  const files: ManifestFile[] = [];
  for (const name of await filesIn(dir)) {
    const { size } = await stat(path.join(dir, name));
    files.push({ name, bytes: size, sha256: await sha256Of(path.join(dir, name)) });
  }
  const manifest = { ...meta, key, files };
  return { manifest, text: `${JSON.stringify(manifest, null, 2)}\n` };
}

/** @throws StoreError on what is no manifest of this key */
export function parseManifest(key: string, text: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch (error) {
    throw new StoreError(`artifact ${key}: its manifest cannot be read (${(error as Error).message})`, error);
  }
  if (manifest?.key !== key)
    throw new StoreError(`artifact ${key}: its manifest is of ${manifest?.key ?? 'nothing'}`);
  if (
    manifest.files?.some(({ name }) => path.posix.normalize(name).startsWith('..') || path.isAbsolute(name))
  )
    throw new StoreError(`artifact ${key}: its manifest names a file outside of it`);
  // Versions before 0.2 wrote no list.
  return { ...manifest, files: manifest.files ?? [] };
}

/** What differs between a folder and its manifest, a line each. */
export async function faultsOf(dir: string, key: string): Promise<string[]> {
  const text = await readFile(path.join(dir, MANIFEST), 'utf8').catch(() => null);
  if (text === null) return [`${key}: no manifest`];
  let files: readonly ManifestFile[];
  try {
    ({ files } = parseManifest(key, text));
  } catch (error) {
    return [(error as Error).message];
  }
  const faults: string[] = [];
  for (const file of files) {
    const fault = await faultOf(dir, file);
    if (fault) faults.push(`${key}: ${fault}`);
  }
  return faults;
}

/** What is wrong with one file, or null. */
export async function faultOf(dir: string, { name, bytes, sha256 }: ManifestFile): Promise<string | null> {
  const found = await stat(path.join(dir, name)).catch(() => null);
  if (!found?.isFile()) return `${name} is missing`;
  if (found.size !== bytes) return `${name} has ${found.size} bytes, ${bytes} were written`;
  return (await sha256Of(path.join(dir, name))) === sha256
    ? null
    : `${name} has changed since it was written`;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Paths of all files below `dir` but its manifest, with slashes, sorted. */
async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter(name => name !== MANIFEST)
    .sort();
}
