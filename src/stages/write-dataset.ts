/** Shards → the files of a LeRobot dataset, one after the other: memory holds one episode, and a record of each. */
import { cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { EpisodeRecord } from '../core/episode.ts';
import { throwStoreFault } from '../core/faults.ts';
import { independentJoints, type RobotModel } from '../core/robot.ts';
import type { HumanMotion, RobotTrajectory } from '../core/types.ts';
import { addSource, type SourceSummary, writeCard } from '../dataset/card.ts';
import { columnFeatures, episodeColumns } from '../dataset/columns.ts';
import type { ExtraValue } from '../dataset/lerobot/episodes.ts';
import { extendLeRobotDataset } from '../dataset/lerobot/extend.ts';
import type { VideoFeature } from '../dataset/lerobot/features.ts';
import { createLeRobotWriter } from '../dataset/lerobot/writer.ts';
import { OWN_FORMAT, readMarker, writeMarker } from '../dataset/marker.ts';
import { type Dataset, openDataset } from '../dataset/open.ts';
import { copyPreview, PREVIEWS } from '../dataset/previews.ts';
import type { EpisodeProvenance } from '../dataset/provenance.ts';
import { publishDirectory, stagingFolder } from '../dataset/publish.ts';
import { openTable } from '../dataset/reader/parquet.ts';
import { countReasons, type Rejected, writeRejected } from '../dataset/rejected.ts';
import { readArtifact } from '../store/artifact.ts';
import type { Store } from '../store/store.ts';
import type { PixelStats } from './film.ts';
import { shardFolder } from './shard.ts';

const VIDEO_KEY = 'observation.images.source';
/** The column of meta/episodes that names an episode's shard. */
export const ID_COLUMN = 'episode_id';

export interface DatasetContents {
  store: Store;
  robot: RobotModel;
  fps: number;
  image: EpisodeRecord['image'];
  /** In the order of their indices. */
  records: readonly EpisodeRecord[];
  rejected: readonly Rejected[];
  /** SHA-256 of all media that were looked at, each once. */
  sources: readonly string[];
  /** Digest of all of the above. */
  recipe: string;
  /** Version of this program. */
  understudy: string;
  /** A dataset that holds the first `episodes` of the records: its files are taken over. */
  base?: { dir: string; episodes: number };
  signal?: AbortSignal;
  report?(done: number, total: number): void;
}

/** Write the dataset beside `out` and put it there whole; nothing when the same recipe is there already. */
export async function writeDataset(out: string, contents: DatasetContents): Promise<{ written: boolean }> {
  const { robot, rejected, sources, recipe, understudy } = contents;
  const before = (await readMarker(out))?.recipe ?? null;
  if (before === recipe) return { written: false };
  const dir = await stagingFolder(out);
  try {
    const features = columnFeatures(independentJoints(robot.joints).map(({ name }) => name));
    const { totals, notes, summaries } = await writeEpisodes(dir, contents, features);
    const counts = countReasons(rejected);
    await writeCard(dir, {
      robotLabel: robot.label,
      fps: contents.fps,
      totals,
      features,
      video: contents.records.length > 0 ? videoFeature(contents.image) : null,
      notes,
      sources: summaries,
      rejected: counts,
      understudy,
    });
    await writeRejected(dir, rejected);
    await writeMarker(dir, {
      understudy,
      format: OWN_FORMAT,
      robot: robot.name,
      recipe,
      sources,
      rejected: counts,
    });
    // Two runs of the same: the other was faster.
    if ((await readMarker(out))?.recipe === recipe) return { written: false };
    await publishDirectory(dir, out, { recipe: before });
    return { written: true };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const videoFeature = ({ width, height, codec }: EpisodeRecord['image']): VideoFeature => ({
  key: VIDEO_KEY,
  width,
  height,
  codec,
  pixFmt: 'yuv420p',
});

/** What the card says of the episodes is gathered as they pass. */
async function writeEpisodes(
  dir: string,
  { store, robot, fps, image, records, base, signal, report }: DatasetContents,
  features: ReturnType<typeof columnFeatures>,
) {
  const notes = new Set<string>();
  const summaries = new Map<string, SourceSummary>();
  if (records.length === 0) return { totals: { episodes: 0, frames: 0, tasks: 0 }, notes: [], summaries: [] };
  const told = (motion: Pick<HumanMotion, 'reference' | 'scale'>, provenance: EpisodeProvenance) => {
    notes.add(motionNote(motion));
    addSource(summaries, provenance);
  };
  const writer = base
    ? await extendLeRobotDataset(dir, base.dir)
    : createLeRobotWriter(dir, { fps, robotType: robot.name, features, video: videoFeature(image) });
  try {
    if (base) await takeOver(base, dir, told);
    for (const [i, record] of records.entries()) {
      if (i < (base?.episodes ?? 0)) continue;
      signal?.throwIfAborted();
      const shard = await shardFolder(store, record);
      const motion = await readArtifact(shard, 'motion');
      const trajectory = await readArtifact(shard, 'trajectory');
      const provenance = await readJson<EpisodeProvenance>(shard, 'provenance.json');
      const demonstration = { start: 0, end: record.frames, task: record.task, reason: record.cutReason };
      await writer.addEpisode({
        columns: episodeColumns(trajectory, motion, demonstration),
        task: record.task,
        video: {
          path: path.join(shard, 'film.mp4'),
          stats: await readJson<PixelStats>(shard, 'pixels.json'),
        },
        extra: extraColumns(record, motion, trajectory, provenance),
      });
      told(motion, provenance);
      if (record.preview) await copyPreview(path.join(shard, 'preview.mp4'), dir, i);
      report?.(i + 1, records.length);
    }
    return { totals: await writer.finish(), notes: [...notes], summaries: [...summaries.values()] };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** What the card tells of the episodes that are there, and their previews. */
async function takeOver(
  base: { dir: string; episodes: number },
  dir: string,
  told: (motion: Pick<HumanMotion, 'reference' | 'scale'>, provenance: EpisodeProvenance) => void,
): Promise<void> {
  const dataset = await openDataset(base.dir);
  for (const name of new Set(dataset.episodes.map(({ meta }) => meta.path))) {
    const [references, scales, provenances] = await columnsOf(dataset, name, [
      'reference',
      'scale',
      'provenance',
    ]);
    for (const [row, provenance] of Array.from(provenances).entries())
      told(
        { reference: references[row] as HumanMotion['reference'], scale: String(scales[row]) },
        JSON.parse(String(provenance)) as EpisodeProvenance,
      );
  }
  await cp(path.join(base.dir, PREVIEWS), path.join(dir, PREVIEWS), { recursive: true }).catch(error => {
    if (error.code !== 'ENOENT') throwStoreFault(dir, error);
  });
}

/** Whole columns of one file of meta/episodes; a column that it does not have is empty. */
export const columnsOf = (
  dataset: Dataset,
  name: string,
  columns: readonly string[],
): Promise<ArrayLike<unknown>[]> =>
  dataset.unlessReplaced(async () => {
    const table = await openTable(dataset.files, name);
    const there = columns.map(column => table.columns.includes(column));
    return Promise.all(columns.map((column, i) => (there[i] ? table.column(column, 0, table.rows) : [])));
  });

function extraColumns(
  record: EpisodeRecord,
  motion: HumanMotion,
  trajectory: RobotTrajectory,
  provenance: EpisodeProvenance,
): Record<string, ExtraValue> {
  const quality = Object.entries(record.quality).map(([name, value]) => [
    `quality/${name}`,
    value ?? Number.NaN,
  ]);
  return {
    view: record.view,
    view_reason: record.viewReason,
    cut_reason: record.cutReason,
    scale: motion.scale,
    reference: motion.reference,
    speed_use_max: Math.max(...trajectory.speedUse),
    source: record.source,
    source_sha256: record.sourceSha256,
    source_license: record.license,
    source_start_s: record.startS,
    source_end_s: record.endS,
    provenance: JSON.stringify(provenance),
    quality: record.score,
    ...Object.fromEntries(quality),
    [ID_COLUMN]: record.id,
  };
}

/** How this kind of clip was measured. */
const motionNote = ({ reference, scale }: Pick<HumanMotion, 'reference' | 'scale'>): string =>
  `${reference === 'torso' ? 'Third person: `human.*` in the torso frame (x forward, y left, z up, origin midway between the shoulders)' : 'Egocentric: `human.*` in the camera frame (x right, y down, z forward)'}. Scale: ${scale}`;

const readJson = async <T>(dir: string, name: string): Promise<T> =>
  JSON.parse(await readFile(path.join(dir, name), 'utf8')) as T;
