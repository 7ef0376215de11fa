/** Field by field and type by type: what is written here against a dataset that LeRobot recorded. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clips } from '../clips.ts';
import { FEATURES, publishKnown, VIDEO_KEY } from './known-dataset.ts';

const reference = path.join(clips, '../formats/lerobot_v3.0');
const THEIR_VIDEO = 'observation.images.front';

let ours: string;
beforeAll(async () => {
  ours = path.join(await mkdtemp(path.join(tmpdir(), 'understudy-reference-')), 'set');
  await publishKnown(ours, 'h264', [3]);
});
afterAll(() => rm(path.dirname(ours), { recursive: true }));

/** Every leaf and group of a column: path → its types, as the file's footer has them. */
async function typesOf(file: string, video: string): Promise<Map<string, object>> {
  const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(file));
  const types = new Map<string, object>();
  let at = 1;
  const visit = (prefix: string): void => {
    const { name, num_children = 0, field_id: _, ...type } = schema[at++];
    // The sample's recorder left pandas' index of tasks without a name; LeRobot 0.4 calls it 'task'.
    const known = name.replace(video, 'VIDEO').replace('__index_level_0__', 'task');
    const full = prefix ? `${prefix} > ${known}` : known;
    types.set(full, { ...type, num_children });
    for (let i = 0; i < num_children; i++) visit(full);
  };
  while (at < schema.length) visit('');
  return types;
}

describe.skipIf(!existsSync(reference))('as LeRobot’s own recorder does it', () => {
  test.each([
    'data/chunk-000/file-000.parquet',
    'meta/episodes/chunk-000/file-000.parquet',
    'meta/tasks.parquet',
  ])('%s has the same columns with the same types', async file => {
    const [mine, theirs] = [
      await typesOf(path.join(ours, file), VIDEO_KEY),
      await typesOf(path.join(reference, file), THEIR_VIDEO),
    ];
    // Its second camera; and the columns that only we have.
    for (const name of theirs.keys()) if (name.includes('images.top')) theirs.delete(name);
    expect(theirs.size).toBeGreaterThan(1);
    for (const [name, type] of theirs) expect([name, mine.get(name)]).toEqual([name, type]);
    const own = new Set(FEATURES.map(({ name }) => name));
    const extra = [...mine.keys()]
      .filter(name => !theirs.has(name))
      .map(name => name.split(' > ')[0].replace(/^stats\/(.*)\/\w+$/, '$1'));
    expect(
      extra.filter(name => !own.has(name) && !/^(quality\/score|view|flags|provenance)$/.test(name)),
    ).toEqual([]);
  });

  test('info.json and stats.json have the same keys, and values of the same types', async () => {
    const read = async (folder: string, name: string) =>
      JSON.parse(await readFile(path.join(folder, 'meta', name), 'utf8'));
    const typed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(typed).slice(0, 1)
        : value && typeof value === 'object'
          ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, typed(inner)]))
          : value === null
            ? null
            : typeof value;
    const [{ features: mine, ...info }, { features: theirs, ...theirInfo }] = [
      await read(ours, 'info.json'),
      await read(reference, 'info.json'),
    ];
    expect(typed(info)).toEqual(typed(theirInfo));
    for (const name of [
      'action',
      'observation.state',
      'timestamp',
      'frame_index',
      'episode_index',
      'index',
      'task_index',
    ])
      expect(typed(mine[name])).toEqual(typed(theirs[name]));
    expect(typed(mine[VIDEO_KEY])).toEqual(typed(theirs[THEIR_VIDEO]));
    const [stats, theirStats] = [await read(ours, 'stats.json'), await read(reference, 'stats.json')];
    expect(typed(stats[VIDEO_KEY])).toEqual(typed(theirStats[THEIR_VIDEO]));
    for (const name of ['action', 'index', 'timestamp'])
      expect(typed(stats[name])).toEqual(typed(theirStats[name]));
  });
});
