/**
 * Adding episodes to a dataset that is there. Its files are taken over as they are, so its episodes keep their
 * numbers and bytes; new episodes go into new files, as LeRobot itself does when it resumes. Nothing is written into
 * the old dataset: it stays what it is until the new one is put in its place (publish.ts).
 */
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../core/errors.ts';
import { throwStoreFault } from '../../core/faults.ts';
import { checkDataset } from '../check.ts';
import { openDataset } from '../open.ts';
import type { Dataset } from '../reader/dataset.ts';
import { complete } from '../reader/stats.ts';
import { type ExtraShape, shapeOf } from './episodes.ts';
import { INDEX_FEATURES } from './features.ts';
import type { DatasetShape } from './info.ts';
import * as layout from './layout.ts';
import { limitsOf, shapeOfDataset } from './shape.ts';
import type { NamedStats } from './stats.ts';
import { type LeRobotWriter, openWriter } from './writer.ts';

/**
 * Start in the empty folder `dir` a dataset that begins with all episodes of the one in `base`: a writer that goes on
 * behind them, with the same features and file limits. The statistics it writes are those of all episodes, the same
 * numbers as if all had been written at once.
 * @throws DatasetError when `base` is damaged, contradicts itself, is of another version, or has what the writer
 * cannot go on with (pictures inside of parquet files, several videos)
 */
export async function extendLeRobotDataset(dir: string, base: string): Promise<LeRobotWriter> {
  const dataset = await openDataset(base);
  if (dataset.info.version !== layout.CODEBASE_VERSION)
    throw new DatasetError(
      `${base} has version ${dataset.info.version}; episodes are added to ${layout.CODEBASE_VERSION} only`,
    );
  await checkDataset(dataset);
  const shape = shapeOfDataset(dataset);
  const { chunksSize } = dataset.info;
  const stats = await statsOf(dataset, shape);
  const extras = dataset.episodes.length > 0 ? await extrasOf(dataset) : null;
  await dataset.unlessReplaced(async () => {
    for (const folder of [layout.DATA_DIR, layout.VIDEO_DIR, layout.EPISODES_DIR])
      await takeOver(path.join(base, folder), path.join(dir, folder));
  });
  return openWriter(
    dir,
    {
      ...shape,
      limits: limitsOf(dataset),
    },
    {
      episodes: dataset.episodes.length,
      frames: dataset.info.totalFrames,
      tasks: dataset.tasks,
      stats,
      extras,
      files: {
        data: filesBehind(
          dataset.episodes.map(({ data }) => data.path),
          chunksSize,
        ),
        episodes: filesBehind(
          dataset.episodes.map(({ meta }) => meta.path),
          chunksSize,
        ),
        videos: shape.video
          ? filesBehind(
              dataset.episodes.map(({ videos }) => videos[shape.video?.key ?? ''].path),
              chunksSize,
            )
          : 0,
      },
    },
  );
}

async function statsOf(dataset: Dataset, { features, video }: DatasetShape): Promise<NamedStats[]> {
  const stats = await dataset.stats();
  const of = (name: string, kind: NamedStats['kind']): NamedStats => ({
    name,
    kind,
    stats: complete(stats[name] ?? {}, dataset.files.address, name),
  });
  return [
    ...[...features, ...INDEX_FEATURES].map(({ name, dtype }) => of(name, dtype)),
    ...(video ? [of(video.key, 'image')] : []),
  ];
}

/** Columns of meta/episodes beyond LeRobot's, as the writer would write them. */
async function extrasOf(dataset: Dataset): Promise<ExtraShape> {
  return shapeOf((await dataset.extra(0)) as Parameters<typeof shapeOf>[0]);
}

/** How many files there are up to the last of these, gaps included: the number of the next. */
function filesBehind(paths: readonly string[], chunksSize: number): number {
  const numbers = paths.map(name => {
    const [chunk, file] = [...name.matchAll(/(\d+)(?=\/|\.)/g)].slice(-2).map(([digits]) => Number(digits));
    return chunk * chunksSize + file + 1;
  });
  return numbers.reduce((a, b) => Math.max(a, b), 0);
}

/**
 * The same files under another name: a hard link costs nothing, and no file of a dataset is ever changed in place.
 * Another volume or file system gets a copy.
 */
async function takeOver(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true, recursive: true }).catch(error =>
    error.code === 'ENOENT' ? [] : throwStoreFault(from, error),
  );
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const source = path.join(entry.parentPath, entry.name);
    const target = path.join(to, path.relative(from, source));
    await mkdir(path.dirname(target), { recursive: true }).catch(error => throwStoreFault(target, error));
    await link(source, target).catch(() =>
      copyFile(source, target, constants.COPYFILE_FICLONE).catch(error => throwStoreFault(target, error)),
    );
  }
}
