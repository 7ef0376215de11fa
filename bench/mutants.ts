/**
 * Whether broken videos can do harm: 2,000 mutants of real and made ones, probed, decoded and encoded again.
 *
 *   npm run bench -- mutants [--count 2000] [--from 1] [--json]
 *
 * A mutant may decode, or be refused with a tagged error; a process that it ends is replaced. What must not happen is an
 * error that is none of ours, or the end of this process. Exit code 1 when it does.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fatesOf } from './mutants/media.ts';
import { smallVideos } from './mutants/videos.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const folder = await mkdtemp(path.join(tmpdir(), 'understudy-mutants-'));
const counts: Record<string, number> = {};
const bad: string[] = [];
const began = process.cpuUsage();
try {
  const seeds = Array.from({ length: Number(values.count) }, (_, i) => Number(values.from) + i);
  let done = 0;
  await fatesOf(await smallVideos(folder), seeds, folder, ({ seed, fate, message }) => {
    counts[fate] = (counts[fate] ?? 0) + 1;
    if (['defect', 'too slow', 'process ended'].includes(fate)) bad.push(`seed ${seed}: ${fate}: ${message}`);
    if (++done % 100 === 0) process.stderr.write(`${done} of ${seeds.length}\n`);
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
const { user, system } = process.cpuUsage(began);
const result = { mutants: Number(values.count), counts, bad, parentCpuS: (user + system) / 1e6 };
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else
  process.stdout.write(
    `${result.mutants} mutants: ${Object.entries(counts)
      .sort((a, b) => b[1] - a[1])
      .map(([fate, n]) => `${n} ${fate}`)
      .join(', ')}\n${bad.map(line => `  ${line}\n`).join('')}`,
  );
process.exitCode = 'defect' in counts ? 1 : 0;
