import { expect, test } from 'vitest';
import { addSource, type CardContents, cardText, type SourceSummary } from '../../src/dataset/card.ts';
import { columnFeatures } from '../../src/dataset/columns.ts';

const model = { name: 'hand_landmark_full', sha256: 'b'.repeat(64), license: 'Apache-2.0' };
const episode = (source: string, license: string | null, startS: number, endS: number) =>
  ({
    source,
    sha256: source.padEnd(64, '0'),
    license,
    startS,
    endS,
    models: [model],
    configuration: 'c',
    understudy: '1',
  }) as const;

const cardOf = (...episodes: ReturnType<typeof episode>[]): string => cardText(contentsOf(...episodes));

function contentsOf(...episodes: ReturnType<typeof episode>[]): CardContents {
  const sources = new Map<string, SourceSummary>();
  for (const entry of episodes) addSource(sources, entry);
  return {
    robotLabel: 'Unitree G1',
    fps: 30,
    totals: { episodes: episodes.length, frames: 300, tasks: 1 },
    features: columnFeatures(['elbow']),
    video: null,
    notes: ['human.* is in the torso frame.'],
    sources: [...sources.values()],
    rejected: { 'too short': 3 },
    understudy: '1.0.0',
  };
}

test('the front matter is what Hugging Face reads off LeRobot’s cards', () => {
  const card = cardOf(episode('a.mp4', 'CC-BY-4.0', 0, 1));
  const [, yaml] = card.split('---\n');
  expect(card.startsWith('---\n')).toBe(true);
  expect(yaml.split('\n')).toEqual(
    expect.arrayContaining([
      'license: cc-by-4.0',
      'task_categories:',
      '- robotics',
      '- LeRobot',
      '- config_name: default',
      '  data_files: data/*/*.parquet',
    ]),
  );
});

test('a licence that is unknown, mixed or free text is "other" to machines and verbatim to people', () => {
  expect(cardOf(episode('a', null, 0, 1))).toContain('license: other\n');
  expect(cardOf(episode('a', 'mit', 0, 1), episode('b', 'cc-by-4.0', 0, 1))).toContain('license: other\n');
  const card = cardOf(episode('a', 'mine\nlicense: mit', 0, 1));
  expect(card).toContain('license: other\n');
  expect(card.split('---\n')[1]).not.toContain('mine');
  expect(card).toContain('| mine license: mit |');
});

test('episodes of one source share a row with their whole span; every column is explained', () => {
  const card = cardOf(
    episode('a.mp4', 'mit', 5, 9),
    episode('a.mp4', 'mit', 1, 2),
    episode('b.mp4', 'mit', 0, 1),
  );
  expect(card).toMatch(/\| a\.mp4 \| `a\.mp40+` \| mit \| 1\.00–9\.00 s \| 2 \|/);
  expect(card.match(/hand_landmark_full/g)).toHaveLength(1);
  for (const { name } of columnFeatures(['elbow'])) expect(card).toContain(`| \`${name}\` |`);
  expect(card).toContain('| too short | 3 |');
});

test('a backslash from outside takes nothing of the escape behind it', () => {
  const card = cardOf(episode('C:\\| \\[link\\](javascript:1)', 'mit', 0, 1));
  expect(card).toContain('| C:\\\\\\| \\\\\\[link\\\\\\](javascript:1) |');
});

test('text from outside stays inside its cell', () => {
  const card = cardOf(episode('x | <script>alert(1)</script> [link](javascript:1)\n# heading', 'mit', 0, 1));
  expect(card).not.toContain('<script>');
  expect(card).not.toMatch(/^# heading/m);
  expect(card).toContain('x \\| &lt;script>alert(1)&lt;/script> \\[link\\](javascript:1) # heading |');
});

test('what another dataset says of its robot, film and scale stays text', () => {
  const said = 'x <img src=y>\n# [click](http://evil.example)';
  const card = cardText({
    ...contentsOf(episode('a.mp4', 'mit', 0, 1)),
    robotLabel: said,
    video: { key: 'observation.images.main', width: 96, height: 64, codec: said, pixFmt: 'yuv420p' },
    notes: [said],
  });
  expect(card).not.toContain('<img');
  expect(card).not.toContain('[click]');
  expect(card.match(/x &lt;img src=y> # \\\[click\\\]/g)).toHaveLength(3);
});
