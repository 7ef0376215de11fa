/** A dataset with fewer episodes: to another folder, or in its own place, whole or not at all. */
import { rm } from 'node:fs/promises';
import { loadRobot, robotNames } from '../../models/robots/registry.ts';
import { DatasetError } from '../core/errors.ts';
import { independentJoints } from '../core/robot.ts';
import { addSource, type SourceSummary, writeCard } from '../dataset/card.ts';
import { checkDataset } from '../dataset/check.ts';
import { columnFeatures } from '../dataset/columns.ts';
import { copyEpisodes, writerLike } from '../dataset/copy.ts';
import { shapesOf } from '../dataset/lerobot/shape.ts';
import { type Marker, OWN_FORMAT, readMarker, writeMarker } from '../dataset/marker.ts';
import type { Dataset } from '../dataset/open.ts';
import { copyPreview, previewOf } from '../dataset/previews.ts';
import { parseProvenance } from '../dataset/provenance.ts';
import { checkDestination, publishDirectory, stagingFolder } from '../dataset/publish.ts';
import { countReasons, type Rejected, readRejected, writeRejected } from '../dataset/rejected.ts';
import { artifactKey } from '../store/store.ts';
import { probe } from '../video/probe.ts';

export interface Rewrite {
  dataset: Dataset;
  /** Folder of the dataset. */
  dir: string;
  /** Folder to write to; it may be `dir` when that is a dataset of ours. */
  out: string;
  /** Indices of the episodes that stay, in their order. */
  keep: readonly number[];
  /** Rows of rejected.jsonl: those that are there pass through this. */
  rejected: (present: readonly Rejected[]) => readonly Rejected[];
  /** SHA-256 of sources that the dataset shall no longer know. */
  forget: ReadonlySet<string>;
  understudy: string;
}

/**
 * Write it beside `out` and put it there. The videos are cut by their timestamps and not encoded anew.
 * @throws DatasetError when nothing would be left, when `out` holds something else, or the dataset is damaged; ReplacedError
 * when another run replaced it meanwhile: it is untouched then
 */
export async function rewriteDataset(rewrite: Rewrite): Promise<{ episodes: number; frames: number }> {
  const { dataset, dir, out, keep, forget, understudy } = rewrite;
  if (keep.length === 0)
    throw new DatasetError(
      `nothing of ${dir} would be left; LeRobot reads no empty dataset, so none is written`,
    );
  await checkDataset(dataset);
  await checkDestination(out);
  const present = await readMarker(dir);
  const before = (await readMarker(out))?.recipe ?? null;
  const staging = await stagingFolder(out);
  try {
    const writer = writerLike(dataset, staging);
    try {
      await copyEpisodes(dataset, writer, keep);
      const totals = await writer.finish();
      const rejected = rewrite.rejected(await readRejected(dir));
      const counts = countReasons(rejected);
      await writeRejected(staging, rejected);
      await copyPreviews(dir, staging, keep);
      if (present) await rewriteCard(rewrite, staging, totals, counts);
      await writeMarker(staging, {
        understudy,
        format: OWN_FORMAT,
        robot: present?.robot ?? dataset.info.robotType,
        recipe: recipeOf(rewrite, present, rejected),
        sources: present?.sources.filter(sha256 => !forget.has(sha256)) ?? [],
        rejected: counts,
      });
      await dataset.checkSame();
      await publishDirectory(staging, out, { recipe: before });
      return { episodes: totals.episodes, frames: totals.frames };
    } catch (error) {
      await writer.abort();
      await dataset.checkSame(error);
      throw error;
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Raised when the same rewriting gives another dataset. */
const VERSION = 1;
const recipeOf = (
  { keep, dataset, understudy }: Rewrite,
  present: Marker | null,
  rejected: readonly Rejected[],
) =>
  artifactKey('rewrite', VERSION, { keep, understudy, rejected, of: dataset.info.totalFrames }, [
    present?.recipe ?? dataset.files.address,
  ]);

/** Films only: in a dataset of others, one may be a link to any file of this machine. */
async function copyPreviews(dir: string, staging: string, keep: readonly number[]): Promise<void> {
  for (const [to, from] of keep.entries()) {
    const file = previewOf(dir, from);
    if (await probe(file).catch(() => null)) await copyPreview(file, staging, to);
  }
}

/** The card of a dataset of ours, for what is left of it. */
async function rewriteCard(
  { dataset, keep, understudy }: Rewrite,
  staging: string,
  totals: { episodes: number; frames: number; tasks: number },
  rejected: Record<string, number>,
): Promise<void> {
  const sources = new Map<string, SourceSummary>();
  const notes = new Set<string>();
  for (const index of keep) {
    const extra = await dataset.extra(index);
    if (typeof extra['provenance'] === 'string')
      addSource(sources, parseProvenance(extra['provenance'], `${dataset.files.address}: episode ${index}`));
    if (extra['scale']) notes.add(`\`human.*\` in the ${extra['reference']} frame. Scale: ${extra['scale']}`);
  }
  const { robotType, features } = dataset.info;
  const robot = robotNames.includes(robotType) ? await loadRobot(robotType) : null;
  const joints = robot
    ? independentJoints(robot.joints).map(({ name }) => name)
    : (features['observation.state']?.names ?? []);
  await writeCard(staging, {
    robotLabel: robot?.label ?? robotType,
    fps: dataset.fps,
    totals,
    features: columnFeatures(joints).filter(({ name }) => name in features),
    video: shapesOf(dataset).videos[0] ?? null,
    notes: [...notes],
    sources: [...sources.values()],
    rejected,
    understudy,
  });
}
