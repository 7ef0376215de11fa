/** What a store is, whether it is a folder or a bucket: artifacts by key, and small named documents. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical.ts';
import { StoreError } from '../core/errors.ts';
import type { Documents } from './documents.ts';

export interface Store {
  /** Local folder of the artifacts: the store itself, or the cache of a store elsewhere. */
  readonly root: string;
  /** Its address: a path, or s3://bucket/prefix. */
  readonly address: string;
  readonly documents: Documents;
  /**
   * Why nothing can be kept there now, in words that go on from 'the store'; null: nothing is known to be in the way.
   * Cheap, and changes nothing: it is asked every few seconds. Throws StoreError when there is no answer.
   */
  obstacle(): Promise<string | null>;
  /**
   * The name of a result: SHA-256 of the canonical JSON of everything that decides it.
   * `config` is the stage's own slice of the configuration; `inputs` are digests of its input artifacts.
   */
  key(stage: string, version: number | string, config: unknown, inputs: readonly string[]): string;
  /**
   * The local folder of a complete artifact, or null. What comes from elsewhere is checked against its manifest:
   * StoreError when it differs. Counts as a use (see StoredArtifact).
   */
  get(key: string): Promise<string | null>;
  /**
   * Make the artifact `key`: `write` fills a temporary folder, `meta` goes into manifest.json.
   * Returns the artifact's folder and what `write` returned. When another writer of the same key was
   * faster its artifact stays and this one is discarded. Whatever `write` throws is thrown on; a full or
   * read-only disk becomes a StoreError.
   */
  put<T>(
    key: string,
    meta: Record<string, unknown>,
    write: (dir: string) => Promise<T>,
  ): Promise<{ dir: string; value: T }>;
  /** Every complete artifact, in no order. */
  artifacts(): AsyncIterable<StoredArtifact>;
  /** What differs from the manifest, a line each; none: every byte is as it was written. */
  verify(key: string): Promise<string[]>;
  /** Nothing happens when it is not there, or was used since `usedAt` (see StoredArtifact). @returns whether it is gone */
  remove(key: string, usedAt?: number): Promise<boolean>;
  /** Bytes of what no manifest speaks of: drafts of writers that crashed over a day ago. Removed when `remove`. */
  leftovers(remove: boolean): Promise<number>;
}

export interface StoredArtifact {
  key: string;
  /** The stage that made it; '' where its manifest does not say. */
  stage: string;
  bytes: number;
  /** When it was last used, to a day, or made; ms since 1970. */
  usedAt: number;
}

/** A use is recorded when the last one is longer ago than this, ms. */
export const USE_RECORDED_MS = 24 * 60 * 60 * 1000;
/** A draft that nobody has touched for this long belongs to a crashed run, ms. */
export const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** SHA-256, hex, of the canonical JSON of stage, version, configuration slice and input digests. */
export function artifactKey(
  stage: string,
  version: number | string,
  config: unknown,
  inputs: readonly string[],
): string {
  return createHash('sha256').update(canonicalJson({ stage, version, config, inputs })).digest('hex');
}

export function checkedKey(key: string): string {
  if (isKey(key)) return key;
  throw new StoreError(`'${key}' is not an artifact key: expected 64 hexadecimal digits`);
}

export const isKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
