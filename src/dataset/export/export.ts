/** A dataset in another format, put in its place whole or not at all; the dataset itself is only read. */
import { createHash } from 'node:crypto';
import { realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../core/errors.ts';
import { throwStoreFault } from '../../core/faults.ts';
import { rateInWords } from '../../core/rate.ts';
import type { JointSpec } from '../../core/robot.ts';
import { inLine } from '../card.ts';
import { checkDataset } from '../check.ts';
import { readMarker, writeMarker } from '../marker.ts';
import { openDataset } from '../open.ts';
import type { Profile } from '../profiles/profile.ts';
import { loadProfile } from '../profiles/registry.ts';
import { publishDirectory, stagingFolder } from '../publish.ts';
import type { ExportFormat, ExportSource } from './format.ts';
import { loadExportFormat } from './registry.ts';
import { exportSource } from './source.ts';

export interface ExportRequest {
  /** A LeRobot dataset, ours or not: a folder, or an http(s) address for formats without pictures. */
  dir: string;
  out: string;
  /** Name of an export format. */
  format: string;
  /** Name of a profile; 'urdf' changes nothing. */
  profile: string;
  /** The robot's joints, by its name: profiles may need their limits. */
  jointsOf(robotType: string): Promise<readonly JointSpec[]>;
  /** Version of this program. */
  understudy: string;
}

/**
 * @throws UnknownNameError for a format or profile that is not there; DatasetError when `dir` is no dataset or a
 * damaged one, or when `out` is something else than an earlier export of this format; StoreError
 */
export async function exportDataset(request: ExportRequest): Promise<{ episodes: number; frames: number }> {
  const { dir, out } = request;
  const format = await loadExportFormat(request.format);
  const profile = await loadProfile(request.profile);
  const dataset = await openDataset(dir);
  await checkDataset(dataset);
  await checkPlace(dir, out, format.name);
  const source = exportSource(dataset, profile, await request.jointsOf(dataset.info.robotType));
  const staging = await stagingFolder(out);
  try {
    await format.write(source, staging);
    await dataset.checkSame();
    const card = path.join(staging, 'README.md');
    await writeFile(card, cardText(source, format, profile, dir)).catch(error =>
      throwStoreFault(card, error),
    );
    const marker = await readMarker(dir);
    await writeMarker(staging, {
      understudy: request.understudy,
      format: format.name,
      robot: source.robotType,
      recipe: digest([marker?.recipe ?? path.resolve(dir), format.name, profile.name]),
      sources: marker?.sources ?? [],
      rejected: {},
    });
    await publishDirectory(staging, out);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { episodes: source.episodeCount, frames: source.frameCount };
}

/** An export replaces an earlier export of its format, and nothing else. */
async function checkPlace(dir: string, out: string, format: string): Promise<void> {
  const real = (folder: string) => realpath(folder).catch(() => path.resolve(folder));
  const [from, to] = await Promise.all([real(dir), real(out)]);
  if (
    `${to}${path.sep}`.startsWith(`${from}${path.sep}`) ||
    `${from}${path.sep}`.startsWith(`${to}${path.sep}`)
  )
    throw new DatasetError(`${out} lies in the dataset, or the dataset in it: choose another folder`);
  const present = await readMarker(out);
  if (present && present.format !== format)
    throw new DatasetError(
      `${out} holds a ${present.format} dataset, which an export as ${format} does not replace: choose another folder`,
    );
}

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

function cardText(source: ExportSource, format: ExportFormat, profile: Profile, dir: string): string {
  const vectors = source.features.filter(({ name }) => ['observation.state', 'action'].includes(name));
  return `# ${path.basename(path.resolve(dir))}, as ${format.name}

${format.meaning}

${source.episodeCount} episodes, ${source.frameCount} frames at ${rateInWords(source.fps)} frames per second, robot ${inLine(source.robotType)}.
\`observation.state[t]\` is q[t]; \`action[t]\` is q[t+1], an absolute joint target; the last of an episode repeats q[t].
No reward was measured. Names and units: ${profile.meaning}

${vectors.map(({ name, names }) => `- \`${name}\`: ${inLine((names ?? []).join(', '))}`).join('\n')}
`;
}
