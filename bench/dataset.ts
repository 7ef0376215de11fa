/**
 * How fast datasets are written, read and grown, and how much memory that takes.
 *
 *   npm run bench -- dataset [--json] [--episodes 10,100,1000] [--frames 200]
 *
 * Every line is a process of its own, so that its memory is its own. Columns are those of a G1 with Inspire hands; pictures
 * are 640 × 360 AV1, from the bundled sample. `cores` is CPU time over wall time: figures hold for that many. Everything is
 * written to the system's folder for temporary files and removed.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { Measured } from './dataset/measure.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    episodes: { type: 'string', default: '10,100,1000' },
    frames: { type: 'string', default: '200' },
  },
});

const measure = async (what: string, episodes: number): Promise<Measured> => {
  const script = fileURLToPath(new URL('dataset/measure.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', script, what, String(episodes), flags.frames],
    { env: { ...process.env, SVT_LOG: '1' } },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
};

const sizes = flags.episodes.split(',').map(Number);
const lines: Measured[] = [];
for (const episodes of sizes) lines.push(await measure('columns', episodes));
for (const episodes of sizes) lines.push(await measure('joined', episodes));
lines.push(await measure('films', 3));
lines.push(await measure('grown', sizes.at(-1) ?? 10));
lines.push(await measure('read', sizes.at(-1) ?? 10));

if (flags.json) console.log(JSON.stringify(lines));
else {
  console.log('what        episodes   frames  frames/s  per CPU s  × real time  cores  RSS MB');
  for (const { what, episodes, frames, wallS, cpuS, rssMb } of lines) {
    const cells = [
      what.padEnd(11),
      String(episodes).padStart(8),
      String(frames).padStart(8),
      (frames / wallS).toFixed(0).padStart(9),
      (frames / cpuS).toFixed(0).padStart(10),
      (frames / wallS / 30).toFixed(1).padStart(12),
      (cpuS / wallS).toFixed(1).padStart(6),
      rssMb.toFixed(0).padStart(7),
    ];
    console.log(cells.join(' '));
  }
  console.log(`
columns  all columns of a frame, statistics and files; no pictures
joined   the same, with pictures that are encoded already
films    the same, and the pictures decoded from the source, scaled and encoded
grown    a tenth as many episodes added to a dataset of that many
read     columns of every frame read back`);
}
