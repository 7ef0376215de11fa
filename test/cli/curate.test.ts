/** score, filter, trace, remove and report, on datasets of known content. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLeRobotWriter } from '../../src/dataset/lerobot/writer.ts';
import { readMarker, writeMarker } from '../../src/dataset/marker.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { parseProvenance } from '../../src/dataset/provenance.ts';
import { ROOT, SAMPLE, understudy } from './understudy.ts';

const FPS = 30;
const FRAMES = 150;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'understudy-curate-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Told {
  source: string;
  sha256: string;
  phase: number;
  /** Frames of noise instead of motion. */
  noisy?: boolean;
}

const EPISODES: Told[] = [
  { source: 'https://example.org/a.mp4', sha256: 'aa'.repeat(32), phase: 0 },
  { source: 'https://example.org/b.mp4', sha256: 'bb'.repeat(32), phase: 2, noisy: true },
  { source: 'https://mirror.example/a.mp4', sha256: 'aa'.repeat(32), phase: 4 },
  { source: path.resolve('c.mp4'), sha256: 'cc'.repeat(32), phase: 0 },
];

/** A dataset of three joints; with `ours` it says where its episodes come from. */
async function dataset(name: string, ours: boolean): Promise<string> {
  const dir = path.join(root, name);
  const column = { name: 'observation.state', dtype: 'float32' as const, width: 3, names: ['x', 'y', 'z'] };
  const writer = createLeRobotWriter(dir, {
    fps: FPS,
    robotType: 'test',
    features: [column, { ...column, name: 'action' }],
    video: null,
  });
  for (const [i, { source, sha256, phase, noisy }] of EPISODES.entries()) {
    const q = Float32Array.from({ length: 3 * FRAMES }, (_, k) => {
      const wave = Math.sin((2 * Math.PI * Math.floor(k / 3)) / 50 + phase * (1 + (k % 3)));
      return noisy ? wave + 0.1 * Math.sin(997 * k * k) : wave;
    });
    const provenance = {
      source,
      sha256,
      license: 'CC0-1.0',
      startS: i,
      endS: i + 5,
      models: [{ name: 'net', sha256: 'dd', license: 'Apache-2.0' }],
      configuration: 'ee',
      understudy: '0',
    };
    const extra = {
      source,
      source_sha256: sha256,
      source_license: 'CC0-1.0',
      source_start_s: i,
      source_end_s: i + 5,
      view: 'egocentric',
      reference: 'camera',
      scale: 'none',
      cut_reason: 'whole',
      provenance: JSON.stringify(provenance),
    };
    await writer.addEpisode({
      columns: { 'observation.state': q, action: q.slice() },
      task: i % 2 === 0 ? 'pour tea' : 'cut paper',
      video: null,
      extra: ours ? extra : {},
    });
  }
  await writer.finish();
  if (ours) {
    const rejected = EPISODES.map(({ source }) => ({
      source,
      startS: null,
      endS: null,
      kind: 'rejected',
      reason: 'too short',
    }));
    await writeFile(
      path.join(dir, 'rejected.jsonl'),
      rejected.map(row => `${JSON.stringify(row)}\n`).join(''),
    );
    await writeMarker(dir, {
      understudy: '0',
      format: 'lerobot-v3.0',
      robot: 'test',
      recipe: 'r',
      sources: ['aa', 'bb', 'cc'].map(h => h.repeat(32)),
      rejected: {},
    });
  }
  return dir;
}

/** Every file with its bytes. */
async function snapshot(dir: string): Promise<Record<string, string>> {
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter(entry =>
    entry.isFile(),
  );
  return Object.fromEntries(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        return [path.relative(dir, file), (await readFile(file)).toString('base64')] as const;
      }),
    ),
  );
}

describe('a dataset of another program', () => {
  test('is scored by its joints: a noisy episode is worthless, a copy is found', async () => {
    const dir = await dataset('foreign-score', false);
    const { stdout, code } = await understudy(['score', dir, '--json']);
    expect(code).toBe(0);
    const rows = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(rows.map(({ score }) => score > 0.5)).toEqual([true, false, true, true]);
    expect(rows.map(({ duplicateOf, duplicate }) => [duplicateOf, duplicate])).toEqual([
      [null, null],
      [null, null],
      [null, null],
      [0, 'copy'],
    ]);
  });

  test('is filtered by a condition into a dataset of its own', async () => {
    const dir = await dataset('foreign-filter', false);
    const before = await snapshot(dir);
    const out = path.join(root, 'filtered');
    const { stdout, code } = await understudy([
      'filter',
      dir,
      '--where',
      "quality > 0.5 and task like 'pour%'",
      '--out',
      out,
    ]);
    expect([code, stdout]).toEqual([0, `${out}: 2 of 4 episode(s), ${2 * FRAMES} frames\n`]);
    const [from, to] = [await openDataset(dir), await openDataset(out)];
    expect(to.episodes.map(({ tasks }) => tasks[0])).toEqual(['pour tea', 'pour tea']);
    expect((await to.columns(1))['observation.state']).toEqual((await from.columns(2))['observation.state']);
    expect(await snapshot(dir)).toEqual(before);
    const reasons = (await readFile(path.join(out, 'rejected.jsonl'), 'utf8')).trim().split('\n');
    expect(reasons.map(line => JSON.parse(line).reason)).toEqual(
      Array(2).fill("filter: quality > 0.5 and task like 'pour%'"),
    );
  });

  test('loses its copies with --no-duplicates', async () => {
    const out = path.join(root, 'unique');
    const { stdout } = await understudy([
      'filter',
      await dataset('foreign-copies', false),
      '--no-duplicates',
      '--out',
      out,
    ]);
    expect(stdout).toContain('3 of 4');
  });

  test('is not rewritten in its place', async () => {
    const dir = await dataset('foreign-remove', false);
    const { code, stderr } = await understudy(['remove', dir, '--source', 'x']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('only a dataset of ours')]);
  });
});

test('whoever reads only the beginning of what is said gets no complaint', async () => {
  const command = `node --import tsx src/cli/main.ts score ${await dataset('piped', true)} --json | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], { cwd: ROOT });
  expect([stdout, stderr]).toEqual(['0\n', '']);
});

test.each([
  ['quality >', 'at character 10: expected a number'],
  ['score > 2', 'nothing of'],
  ['not qualiti > 0.5', 'at character 5: expected a name out of index, task,'],
  ['quality.smoothnes is null', 'at character 1: expected a name out of'],
])('filter --where %s is refused, and nothing is written', async (where, message) => {
  const out = path.join(root, `refused-${where.length}`);
  const { code, stderr } = await understudy([
    'filter',
    await dataset(`refused-from-${where.length}`, false),
    '--where',
    where,
    '--out',
    out,
  ]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(
    (await readdir(root)).filter(name => name.includes(path.basename(out)) && !name.includes('from')),
  ).toEqual([]);
});

describe('a hostile dataset', () => {
  test('is traced in nothing but text', async () => {
    const dir = path.join(root, 'coloured');
    const column = { name: 'observation.state', dtype: 'float32' as const, width: 1, names: null };
    const writer = createLeRobotWriter(dir, { fps: FPS, robotType: 'x', features: [column], video: null });
    const columns = { 'observation.state': Float32Array.of(1) };
    await writer.addEpisode({ columns, task: 'a\u001b]0;title\u0007', video: null, extra: {} });
    await writer.finish();
    const { stdout } = await understudy(['trace', dir, '0']);
    expect(stdout).toContain('episode 0: a\uFFFD]0;title\uFFFD, 1 frames');
  });

  test('is filtered without its links to other files, and refused with rows that are none', async () => {
    const dir = await dataset('linked', true);
    await writeFile(path.join(root, 'secret'), 'a key');
    await mkdir(path.join(dir, 'previews'));
    await symlink(path.join(root, 'secret'), path.join(dir, 'previews/episode-000000.mp4'));
    await copyFile(SAMPLE, path.join(dir, 'previews/episode-000001.mp4'));
    const out = path.join(root, 'linked-filtered');
    expect((await understudy(['filter', dir, '--out', out])).code).toBe(0);
    expect(await readdir(path.join(out, 'previews'))).toEqual(['episode-000001.mp4']);
    for (const line of ['{bad', '{"source":5}']) {
      await writeFile(path.join(dir, 'rejected.jsonl'), line);
      const { code, stderr } = await understudy(['inspect', dir]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^\S+rejected\.jsonl line 1 is not .+\n$/)]);
    }
  });

  test.each(['{bad', 'null', '{"source":"a","sha256":"b","license":{},"startS":0,"endS":1,"models":[]}'])(
    'with the provenance %s is told in a line',
    provenance => {
      expect(() => parseProvenance(provenance, 'set: episode 0')).toThrow(
        'set: episode 0: its provenance is not as Understudy writes it',
      );
    },
  );
});

describe('a dataset of ours', () => {
  test('traces an episode to its source, span, licence and networks', async () => {
    const { stdout } = await understudy(['trace', await dataset('traced', true), '1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      episode: 1,
      task: 'cut paper',
      recipe: 'r',
      provenance: {
        source: 'https://example.org/b.mp4',
        license: 'CC0-1.0',
        startS: 1,
        models: [{ name: 'net' }],
      },
    });
  });

  test('forgets a source: its episodes under any address, its rejections, its hash', async () => {
    const dir = await dataset('removed', true);
    const { stdout, code } = await understudy(['remove', dir, '--source', 'https://example.org/a.mp4']);
    expect([code, stdout]).toEqual([0, `${dir}: 2 episode(s) removed, 2 left\n`]);
    const left = await openDataset(dir);
    expect(
      await Promise.all(left.episodes.map(async ({ index }) => (await left.extra(index))['source'])),
    ).toEqual(['https://example.org/b.mp4', path.resolve('c.mp4')]);
    expect((await readMarker(dir))?.sources).toEqual(['bb'.repeat(32), 'cc'.repeat(32)]);
    const naming = Object.entries(await snapshot(dir)).filter(([, bytes]) =>
      Buffer.from(bytes, 'base64').includes('/a.mp4'),
    );
    expect(naming.map(([file]) => file)).toEqual([]);
  });

  test('forgets a file by the path with which it was given', async () => {
    const { stdout, code } = await understudy([
      ...['remove', await dataset('removed-file', true), '--source', './c.mp4'],
    ]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 episode(s) removed, 3 left')]);
  });

  test('is previewed by an episode that it has', async () => {
    const dir = await dataset('previewed', true);
    const html = path.join(root, 'page.html');
    for (const [episode, message] of [
      ['4', 'has no episode 4; it has 4'],
      ['-1', 'expected a whole number from 0'],
    ]) {
      const { code, stderr } = await understudy(['preview', dir, '--html', html, '--episode', episode]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(await readdir(root)).not.toContain('page.html');
  });

  test('is untouched when the source is unknown, when nothing would be left, and when it is damaged', async () => {
    const dir = await dataset('kept', true);
    const before = await snapshot(dir);
    expect((await understudy(['remove', dir, '--source', 'nobody'])).stderr).toContain('no episode of');
    expect(await snapshot(dir)).toEqual(before);
    const data = path.join(dir, 'data/chunk-000/file-000.parquet');
    const bytes = await readFile(data);
    await writeFile(data, bytes.subarray(0, bytes.length / 2));
    const damaged = await snapshot(dir);
    expect((await understudy(['remove', dir, '--source', 'bb'.repeat(32)])).code).toBe(2);
    expect(await snapshot(dir)).toEqual(damaged);
    expect(
      (await readdir(root)).filter(name => name.startsWith('.kept') && name.includes('staging')),
    ).toEqual([]);
  });

  test('is reported as one page that names no address to load from', async () => {
    const out = path.join(root, 'report.html');
    const { code } = await understudy(['report', await dataset('reported', true), '--out', out]);
    const page = await readFile(out, 'utf8');
    expect(code).toBe(0);
    expect(page).toContain('<svg');
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).not.toMatch(/<script|<link|src=|href=|url\(/);
  });
});
