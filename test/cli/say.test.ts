import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { complain, say, sayJson } from '../../src/cli/say.ts';
import { createToken } from '../../src/server/tokens.ts';
import { temporary } from '../temporary.ts';
import { ROOT, understudy } from './understudy.ts';

const HOSTILE = 'a\u001b[2J\u009b2J\r\tb\nc';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What `speak` writes to a stream. */
function written(stream: NodeJS.WriteStream, speak: () => void): string {
  const write = vi.spyOn(stream, 'write').mockReturnValue(true);
  speak();
  return write.mock.calls.map(([text]) => text).join('');
}

test('what is said for people holds no control characters; tabs and line ends stay', () => {
  const harmless = 'a\uFFFD[2J\uFFFD2J\uFFFD\tb\nc\n';
  expect(written(process.stdout, () => say(HOSTILE))).toBe(harmless);
  expect(written(process.stderr, () => complain(HOSTILE))).toBe(harmless);
});

test('what is said for programs is the JSON itself', () => {
  expect(written(process.stdout, () => sayJson({ HOSTILE }))).toBe(`${JSON.stringify({ HOSTILE })}\n`);
});

test('a label in a file of tokens that somebody else wrote does not reach the terminal as it is', async () => {
  const file = path.join(temporary(), 'tokens.json');
  createToken(file, 'read', 'mine\u001b[2J');
  const { code, stdout } = await understudy(['tokens', 'list', '--tokens', file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/ {2}mine\uFFFD\[2J\n$/);
});

test('no command writes past say.ts', () => {
  const folder = path.join(ROOT, 'src/cli');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.ts'),
  );
  const writing = files.filter(name =>
    /process\.std(out|err)\.write|console\./.test(readFileSync(path.join(folder, name), 'utf8')),
  );
  expect(writing).toEqual(['say.ts']);
});
