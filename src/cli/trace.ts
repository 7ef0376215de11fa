/** `understudy trace`: everything that one episode of a dataset was made from. */
import { Command } from 'commander';
import { ConfigError } from '../core/errors.ts';
import { readMarker } from '../dataset/marker.ts';
import { openDataset } from '../dataset/open.ts';
import { type EpisodeProvenance, parseProvenance } from '../dataset/provenance.ts';
import { say, sayJson } from './say.ts';

export const traceCommand = (): Command =>
  new Command('trace')
    .description('say what an episode was made from: source, span, licence, networks, robot, versions')
    .argument('<dir>', 'a LeRobot dataset')
    .argument('<episode>', 'its index, from 0')
    .option('--json', 'one JSON object')
    .action(async (dir: string, episode: string, { json }: { json?: boolean }) => {
      if (!/^\d+$/.test(episode))
        throw new ConfigError(`'${episode}' is no episode: its index is expected, a whole number from 0`);
      const trace = await traceOf(dir, Number(episode));
      if (json) sayJson(trace);
      else say(inWords(trace).join('\n'));
    });

interface Trace {
  dataset: string;
  episode: number;
  frames: number;
  task: string;
  robot: string;
  recipe: string | null;
  /** Key of the episode's shard in the store. */
  id: string | null;
  view: unknown;
  cutReason: unknown;
  scale: unknown;
  /** Null when another program wrote the dataset. */
  provenance: EpisodeProvenance | null;
}

async function traceOf(dir: string, index: number): Promise<Trace> {
  const dataset = await openDataset(dir);
  const { length, tasks } = dataset.episode(index);
  const extra = await dataset.extra(index);
  const told = extra['provenance'];
  return {
    dataset: dir,
    episode: index,
    frames: length,
    task: tasks.join('; '),
    robot: dataset.info.robotType,
    recipe: (await readMarker(dir))?.recipe ?? null,
    id: typeof extra['episode_id'] === 'string' ? extra['episode_id'] : null,
    view: extra['view'] ?? null,
    cutReason: extra['cut_reason'] ?? null,
    scale: extra['scale'] ?? null,
    provenance: typeof told === 'string' ? parseProvenance(told, `${dir}: episode ${index}`) : null,
  };
}

function inWords({
  episode,
  frames,
  task,
  robot,
  id,
  recipe,
  view,
  cutReason,
  scale,
  provenance,
}: Trace): string[] {
  const lines = [`episode ${episode}: ${task}, ${frames} frames, robot ${robot}`];
  if (!provenance)
    return [...lines, 'the dataset says nothing of where it comes from: another program wrote it'];
  const { source, sha256, license, startS, endS, models, configuration, understudy } = provenance;
  return [
    ...lines,
    `source         ${source}`,
    `               SHA-256 ${sha256}, licence ${license ?? 'unknown'}`,
    `span           ${startS.toFixed(2)} … ${endS.toFixed(2)} s; ${cutReason}`,
    `view           ${view}; scale: ${scale}`,
    ...models.map(
      (model, i) =>
        `${i === 0 ? 'networks' : '        '}       ${model.name}, SHA-256 ${model.sha256}, ${model.license}`,
    ),
    `perception     ${configuration}`,
    `shard          ${id ?? 'none'}`,
    `recipe         ${recipe ?? 'none'}`,
    `understudy     ${understudy}`,
  ];
}
