// npm run bench -- NAME [arguments]: runs bench/NAME.ts with the arguments; without a known NAME, lists them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'bench');
const names = (existsSync(folder) ? readdirSync(folder) : [])
  .filter(file => file.endsWith('.ts'))
  .map(file => file.slice(0, -'.ts'.length))
  .sort();

/** What a benchmark says of itself in the first line of its first comment. */
const purpose = name => {
  const text = readFileSync(path.join(folder, `${name}.ts`), 'utf8');
  return /^(?:\/\*\* ?(?:\n \* )?|\/\/ )(.*?)(?: *\*\/)?$/m.exec(text)?.[1].trim() ?? '';
};

const [name, ...words] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  const { status, signal } = spawnSync(
    process.execPath,
    ['--import', 'tsx', path.join(folder, `${name}.ts`), ...words],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = signal ? 1 : status;
} else {
  if (name !== undefined) console.error(`no benchmark '${name}'`);
  console.error('npm run bench -- NAME [--json]');
  const width = Math.max(0, ...names.map(one => one.length));
  for (const one of names) console.error(`  ${one.padEnd(width)}  ${purpose(one)}`);
  if (names.length === 0) console.error('  (bench/ holds none)');
  process.exitCode = name === undefined ? 0 : 2;
}
