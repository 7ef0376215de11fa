/** The documentation says what is there: its links, commands, flags, settings, columns, errors and rooms. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { beforeAll, expect, test } from 'vitest';
import { UNREACHABLE_M } from '../retarget/weights.ts';
import { ConfigSchema } from '../src/config.ts';
import * as errors from '../src/core/errors.ts';
import { columnFeatures } from '../src/dataset/columns.ts';
import { WhereError } from '../src/dataset/where.ts';
import { LONGEST_BRIDGE_S } from '../src/motion/gaps.ts';
import { LONGEST_PAUSE_S } from '../src/motion/segment.ts';
import { THRESHOLDS } from '../src/quality/gates.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const markdownBelow = (folder: string): string[] =>
  readdirSync(path.join(root, folder)).flatMap(name => {
    if (name === 'node_modules') return [];
    const file = path.join(folder, name);
    if (statSync(path.join(root, file)).isDirectory()) return markdownBelow(file);
    return file.endsWith('.md') ? [file] : [];
  });
const pages = ['README.md', 'CHANGELOG.md', ...markdownBelow('docs'), ...markdownBelow('examples')];

/** Anchor of a heading, as GitHub makes it. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

test('every relative link leads to a file, and to a heading in it', () => {
  const broken = pages.flatMap(page =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target)
      .filter(target => !/^[a-z]+:/.test(target))
      .filter(target => {
        const [file, heading] = target.split('#');
        const found = file ? path.join(path.dirname(page), file) : page;
        if (!existsSync(path.join(root, found))) return true;
        const headings = () => [...read(found).matchAll(/^#+ (.*)$/gm)].map(([, text]) => anchor(text));
        return heading !== undefined && !headings().includes(heading);
      })
      .map(target => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every page of docs/ can be reached from README.md', () => {
  const reached = new Set<string>();
  const visit = (page: string) => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const [, target] of read(page).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const found = path.join(path.dirname(page), target);
      const index = path.join(found, 'README.md');
      if (found.endsWith('.md') && existsSync(path.join(root, found))) visit(found);
      else if (existsSync(path.join(root, index))) visit(index);
    }
  };
  visit('README.md');
  expect(markdownBelow('docs').filter(page => !reached.has(page))).toEqual([]);
});

/** The commands by name, from the files of src/cli. */
const commands = new Map<string, Command>();
beforeAll(async () => {
  for (const file of readdirSync(path.join(root, 'src/cli'))) {
    if (file === 'main.ts') continue;
    const exported = (await import(/* @vite-ignore */ `../src/cli/${file}`)) as Record<string, unknown>;
    for (const [name, make] of Object.entries(exported)) {
      if (!name.endsWith('Command')) continue;
      const command = (make as () => Command)();
      commands.set(command.name(), command);
    }
  }
});
const optionsOf = (command: Command) => [command, ...command.commands].flatMap(({ options }) => options);
const flagsOf = (name: string) => optionsOf(commands.get(name)!).map(({ long }) => long!);

test('docs/cli.md names every command and every flag, and none that is not there', () => {
  const text = read('docs/cli.md');
  const described = new Set([...text.matchAll(/^ {4}understudy (\w+)/gm)].map(([, name]) => name));
  expect([...described].sort()).toEqual([...commands.keys()].sort());
  const below = [...commands].flatMap(([name, command]) =>
    command.commands.map(inner => `understudy ${name} ${inner.name()}`),
  );
  expect(below.filter(words => !text.includes(`    ${words} `))).toEqual([]);
  const known = new Set([...commands.keys()].flatMap(flagsOf));
  const named = new Set([...text.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => flag));
  expect([...named].sort()).toEqual([...known].sort());
});

test('docs/cli.md gives flags the words of --help', () => {
  const text = read('docs/cli.md');
  const flags = [...commands.values()].flatMap(optionsOf).map(option => option.flags);
  expect(flags.filter(flag => !text.includes(`\`${flag}\``) && !text.includes(` ${flag} `))).toEqual([]);
});

test('the command lines of all pages are ones that the program understands', () => {
  const wrong = pages.flatMap(page =>
    [...read(page).matchAll(/^ {4}(?:npx )?understudy (.*?)(?:\s{2,}.*|\s#.*)?$/gm)]
      .map(([, words]) => words)
      .filter(words => {
        const [name] = words.split(' ');
        const flags = [...words.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => flag);
        return !commands.has(name) || flags.some(flag => !flagsOf(name).includes(flag));
      })
      .map(words => `${page}: ${words}`),
  );
  expect(wrong).toEqual([]);
});

test('npm scripts that pages name exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = pages.flatMap(page =>
    [...read(page).matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name),
  );
  expect([...new Set(named)].filter(name => !(name in scripts))).toEqual([]);
});

test('benchmarks that pages name exist', () => {
  const named = pages.flatMap(page =>
    [...read(page).matchAll(/npm run bench -- ([a-z][\w-]*)/g)].map(([, name]) => name),
  );
  expect(named.filter(name => !existsSync(path.join(root, `bench/${name}.ts`)))).toEqual([]);
});

test('docs/cli.md names every setting and every stage', () => {
  const text = read('docs/cli.md');
  expect(Object.keys(ConfigSchema.properties).filter(name => !text.includes(`\`${name}\``))).toEqual([]);
  const [, stages] = read('src/stages/stage.ts').match(/type StageName =([^;]*);/)!;
  const names = [...stages.matchAll(/'(\w+)'/g)].map(([, name]) => name);
  expect(text).toContain(`(${names.join(', ')})`);
});

test('docs/datasets.md has every column, in order', () => {
  const columns = [...read('docs/datasets.md').matchAll(/^\| `([\w.]+)` \| (?:float32|int64) \|/gm)];
  expect(columns.map(([, name]) => name)).toEqual(columnFeatures(['a']).map(({ name }) => name));
});

test('docs/datasets.md has every column that emit adds to meta/episodes', () => {
  const [, extras] = read('src/stages/write-dataset.ts').match(/return \{\n( {4}view:[\s\S]*?)\n {2}\}/)!;
  const names = [...extras.matchAll(/^\s+(\w+):/gm)].map(([, name]) => name);
  const text = read('docs/datasets.md');
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter(name => !text.includes(`\`${name}\``))).toEqual([]);
});

test('docs/datasets.md and docs/conventions.md give the limits that the sources have', () => {
  const datasets = read('docs/datasets.md');
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  expect(datasets).toContain(`| length | ${THRESHOLDS.lengthS} s |`);
  expect(datasets).toContain(`| hands known, seen or bridged | ${percent(THRESHOLDS.coverage)} of`);
  expect(datasets).toContain(`| of the known hand frames, seen | ${percent(THRESHOLDS.seen)} |`);
  expect(datasets).toContain(`| mean confidence of the seen hands | ${THRESHOLDS.confidence} |`);
  expect(datasets).toContain(`| something moves | ${100 * THRESHOLDS.motionM} cm`);
  expect(THRESHOLDS.arms).toBe(0.5);
  expect(LONGEST_PAUSE_S).toBe(1);
  const conventions = read('docs/conventions.md');
  expect(conventions).toContain(`over ${LONGEST_BRIDGE_S} s at most`);
  expect(conventions).toContain(`more than ${UNREACHABLE_M} m from its target`);
});

test('docs/conventions.md has every error, and whether it may be retried', () => {
  const listed = new Map(
    [...read('docs/conventions.md').matchAll(/^\| (\w+Error) \|.*\| (yes|no) \|$/gm)].map(
      ([, tag, again]) => [tag, again === 'yes'],
    ),
  );
  const actual = new Map(
    Object.entries({ ...errors, WhereError })
      .filter(
        ([name]) => name.endsWith('Error') && name !== 'UnderstudyError' && name !== 'isUnderstudyError',
      )
      .map(([name, type]) => {
        const make = type as unknown as new (...words: unknown[]) => errors.UnderstudyError;
        return [name, new make('', '', []).retryable];
      }),
  );
  expect([...listed].sort()).toEqual([...actual].sort());
});

test('docs/architecture.md has every room', () => {
  const text = read('docs/architecture.md');
  const rooms = readdirSync(path.join(root, 'src')).map(name =>
    name.endsWith('.ts') ? `src/${name}` : `src/${name}/`,
  );
  expect([...rooms, 'retarget/', 'models/'].filter(room => !text.includes(`    ${room} `))).toEqual([]);
});

test('every benchmark refuses options that it does not have', () => {
  const files = readdirSync(path.join(root, 'bench')).filter(file => file.endsWith('.ts'));
  expect(files.filter(file => !read(`bench/${file}`).includes('parseArgs({'))).toEqual([]);
});

test('npm run bench without a name lists the benchmarks; an unknown name is refused', async () => {
  const bench = (...words: string[]) =>
    promisify(execFile)(process.execPath, [path.join(root, 'scripts/bench.mjs'), ...words]);
  const names = readdirSync(path.join(root, 'bench')).flatMap(file => file.match(/^(.*)\.ts$/)?.[1] ?? []);
  const { stderr } = await bench();
  for (const name of names) expect(stderr).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
  await expect(bench('no-such-benchmark')).rejects.toMatchObject({ code: 2 });
});
