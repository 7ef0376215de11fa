/** Shards without perception: small, quick, whole. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EpisodeRecord } from '../../src/core/episode.ts';
import type { RobotModel } from '../../src/core/robot.ts';
import type { EpisodeProvenance } from '../../src/dataset/provenance.ts';
import { writeArtifact } from '../../src/store/artifact.ts';
import type { Catalogue } from '../../src/store/catalogue.ts';
import type { Store } from '../../src/store/store.ts';
import { openEncoder } from '../../src/video/encode.ts';
import { JOINTS, motionOf, trajectoryOf } from '../dataset/fixtures.ts';
import { recordOf } from '../store/records.ts';

const FRAMES = 12;
const SIZE = { width: 64, height: 48 };

const robot = {
  name: 'test',
  label: 'A robot of three joints',
  license: 'CC0-1.0',
  source: 'test',
  root: 'base',
  joints: JOINTS.map((name, i) => ({
    name,
    type: 'revolute' as const,
    parent: i === 0 ? 'base' : `link${i - 1}`,
    child: `link${i}`,
    xyz: [0, 0, 0.1] as const,
    rpy: [0, 0, 0] as const,
    axis: [0, 0, 1] as const,
    lower: -3,
    upper: 3,
    velocity: 10,
  })),
  rest: {},
  held: [],
  waist: [],
  torso: 'base',
  arms: null,
  hands: {},
  camera: null,
  capsules: [],
} satisfies RobotModel;

/** Episode i, in the store and in the catalogue. */
export async function addShard(
  store: Store,
  catalogue: Catalogue,
  i: number,
  given: Partial<EpisodeRecord> = {},
): Promise<EpisodeRecord> {
  const image = { ...SIZE, codec: 'h264' as const };
  const record = recordOf(i, { robot: robot.name, frames: FRAMES, image, ...given });
  const { source, sourceSha256, license, startS, endS, configuration, understudy } = record;
  const models = [{ name: 'hand', sha256: 'a'.repeat(64), license: 'Apache-2.0' }];
  const provenance: EpisodeProvenance = {
    source,
    sha256: sourceSha256,
    license,
    startS,
    endS,
    models,
    configuration,
    understudy,
  };
  await store.put(record.id, { stage: 'shard' }, async dir => {
    const encoder = await openEncoder(path.join(dir, 'film.mp4'), {
      ...SIZE,
      fps: record.fps,
      codec: 'h264',
    });
    for (let t = 0; t < record.frames; t++)
      await encoder.write(new Uint8Array(SIZE.width * SIZE.height * 3).fill((i * 20 + t) % 256));
    await encoder.finish();
    const third = (value: number) => [value, value, value];
    const pixels = { min: third(0), max: third(1), mean: third(0.5), std: third(0.1), q01: third(0.1) };
    const rest = { q10: third(0.2), q50: third(0.5), q90: third(0.8), q99: third(0.9), count: record.frames };
    await writeFile(path.join(dir, 'pixels.json'), JSON.stringify({ ...pixels, ...rest }));
    await writeArtifact(dir, 'trajectory', trajectoryOf(record.frames));
    await writeArtifact(dir, 'motion', motionOf(record.frames));
    for (const [name, value] of Object.entries({ record, robot, provenance }))
      await writeFile(path.join(dir, `${name}.json`), JSON.stringify(value));
  });
  await catalogue.add(record);
  return record;
}
