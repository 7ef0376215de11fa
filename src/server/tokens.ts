/**
 * Who may use a server: bearer tokens, each with a role. A file keeps their hashes; a token itself is shown once.
 * A token has 256 random bits, so SHA-256 keeps it safe at rest: there is nothing to guess as in a password.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { ConfigError } from '../core/errors.ts';
import { storeFault } from '../core/faults.ts';

/** Each role may do what those before it may. */
export const ROLES = ['read', 'submit', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What is kept of a token. */
export interface TokenRecord {
  /** Names it in lists and logs. */
  id: string;
  role: Role;
  /** What or whom it is for. */
  label: string;
  /** SHA-256 of the token, hex. */
  sha256: string;
  /** ISO 8601. */
  createdAt: string;
}

const FileSchema = Type.Object({
  tokens: Type.Array(
    Type.Object({
      id: Type.String(),
      role: Type.Enum([...ROLES]),
      label: Type.String(),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      createdAt: Type.String(),
    }),
  ),
});

const PREFIX = 'understudy_';
/** How often a running server looks whether the file has changed, ms. */
const LOOK_MS = 1_000;

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** @throws ConfigError when the file is there but is none of ours. A missing file holds no token. */
export function readTokens(file: string): TokenRecord[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw storeFault(file, error);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${file}: not a file of tokens: ${(cause as Error).message}`, cause);
  }
  if (!Value.Check(FileSchema, parsed))
    throw new ConfigError(
      `${file}: not a file of tokens; make one with: understudy tokens create --role read`,
    );
  return parsed.tokens as TokenRecord[];
}

function writeTokens(file: string, tokens: readonly TokenRecord[]): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify({ tokens }, null, 2)}\n`, { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  } catch (error) {
    throw storeFault(file, error);
  }
}

/** Add a token to the file. The answer is the only time that it is seen. */
export function createToken(file: string, role: Role, label: string): { token: string; record: TokenRecord } {
  const token = PREFIX + randomBytes(32).toString('base64url');
  const record = {
    id: randomBytes(4).toString('hex'),
    role,
    label,
    sha256: hashOf(token),
    createdAt: new Date().toISOString(),
  };
  writeTokens(file, [...readTokens(file), record]);
  return { token, record };
}

/** Whether there was one of this id. */
export function revokeToken(file: string, id: string): boolean {
  const tokens = readTokens(file);
  const left = tokens.filter(token => token.id !== id);
  if (left.length < tokens.length) writeTokens(file, left);
  return left.length < tokens.length;
}

/** The tokens of a running server. */
export interface TokenBook {
  /** False: there are no tokens, and whoever reaches the server may do everything. */
  readonly required: boolean;
  find(token: string): TokenRecord | null;
}

export const NO_TOKENS: TokenBook = { required: false, find: () => null };

/**
 * The tokens of `file`, as it is now: a token that is created or revoked counts within a second. A server that was
 * started with tokens never does without, even when the last one is revoked. A file that cannot be read any more is
 * told to `fault` at every look, and the tokens of before stay.
 * @throws ConfigError, StoreError when it cannot be read at the start
 */
export function openTokens(
  file: string,
  fault: (error: Error) => void = error => process.emitWarning(error),
): TokenBook {
  let changed = -1;
  let looked = 0;
  let byHash = new Map<string, TokenRecord>();
  const read = () => {
    const now = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (now === changed) return;
    byHash = new Map(readTokens(file).map(record => [record.sha256, record]));
    changed = now;
  };
  const look = () => {
    if (Date.now() - looked < LOOK_MS) return;
    looked = Date.now();
    try {
      read();
    } catch (error) {
      fault(error as Error);
    }
  };
  read();
  if (byHash.size === 0) return NO_TOKENS;
  return {
    required: true,
    find(token) {
      look();
      return byHash.get(hashOf(token)) ?? null;
    },
  };
}
