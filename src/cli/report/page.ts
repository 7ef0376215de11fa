/** What a dataset is worth, as one HTML page that needs nothing else: no script, no font, no address. */
import { CELL_M, QUALITY_NAMES } from '../../core/episode.ts';
import { rateInWords } from '../../core/rate.ts';
import { quantile } from '../../core/statistics.ts';
import { effectiveNumber, GRASPS } from '../../quality/diversity.ts';
import { SCALES } from '../../quality/scales.ts';
import type { AssessedEpisode } from '../../stages/assess.ts';
import { weakest } from '../weakest.ts';
import { bars, escapeHtml, histogram, workspace } from './charts.ts';

export interface ReportContents {
  name: string;
  robot: string;
  fps: number;
  episodes: readonly AssessedEpisode[];
  /** How many candidates were not kept, per reason. */
  rejected: Readonly<Record<string, number>>;
}

/** Rows of the table of episodes: the weakest come first, the others are in `understudy score`. */
const ROWS = 100;
/** Kinds that a chart shows; the others are one bar. */
const KINDS = 12;

export function reportPage(contents: ReportContents): string {
  const { name, robot, fps, episodes } = contents;
  const hours = episodes.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
  const lasts = hours < 1 ? `${(60 * hours).toFixed(1)} min` : `${hours.toFixed(1)} h`;
  const scores = episodes.map(({ score }) => score);
  const facts = [
    ['episodes', String(episodes.length)],
    ['in all', lasts],
    ['median score', (quantile(scores, 0.5) || 0).toFixed(2)],
    ['repeat another', String(episodes.filter(({ duplicateOf }) => duplicateOf !== null).length)],
    ['effective tasks', effectiveNumber(counted(episodes, e => e.task).values()).toFixed(1)],
    ['effective source files', effectiveNumber(counted(episodes, e => e.sourceSha256).values()).toFixed(1)],
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}: quality and diversity</title><style>${STYLE}</style></head><body><main>
<h1>${escapeHtml(name)}</h1><p>${escapeHtml(robot)}, ${rateInWords(fps)} frames per second</p>
<dl>${facts.map(([label, value]) => `<div><dt>${label}</dt><dd>${value}</dd></div>`).join('')}</dl>
<section><h2>Quality</h2>${histogram(scores, 'score')}${components(episodes)}</section>
<section><h2>Diversity</h2>${diversity(episodes)}</section>
${notKept(contents.rejected)}
<section><h2>Episodes</h2>${table(episodes)}</section>
</main></body></html>
`;
}

/** Mean of each component, with what it measures. */
function components(episodes: readonly AssessedEpisode[]): string {
  const rows = QUALITY_NAMES.flatMap(name => {
    const values = episodes.flatMap(({ quality }) => quality[name] ?? []);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return values.length > 0
      ? [{ name, value: mean, text: `${mean.toFixed(2)}, least ${Math.min(...values).toFixed(2)}` }]
      : [];
  });
  const meanings = rows
    .map(({ name }) => `<dt>${name}</dt><dd>${escapeHtml(SCALES[name].measure)}</dd>`)
    .join('');
  return `<h3>Components, mean over the episodes</h3>${bars(rows, 1)}<details><summary>what they measure</summary><dl class="list">${meanings}</dl></details>`;
}

function diversity(episodes: readonly AssessedEpisode[]): string {
  const grasps = GRASPS.map(grasp => {
    const value = episodes.reduce((sum, e) => sum + (e.grasps[grasp] ?? 0), 0);
    return { name: grasp, value, text: `${value} hand frames` };
  });
  const chart = (title: string, pick: (e: AssessedEpisode) => string | null) => {
    const rows = kinds(counted(episodes, pick));
    return rows.length > 0 ? `<h3>${title}</h3>${bars(rows)}` : '';
  };
  const held = grasps.some(({ value }) => value > 0) ? `<h3>Grasps</h3>${bars(grasps)}` : '';
  return `${chart('Tasks', e => e.task)}${chart('Sources', e => e.source)}${chart('Views', e => e.view)}${chart('Licences', e => e.license)}${held}${wrists(episodes)}`;
}

/** Where the wrists were: third person from above, head cameras as they see it; cells by how many episodes visit them. */
function wrists(episodes: readonly AssessedEpisode[]): string {
  const maps = [
    {
      view: 'third-person',
      title: 'from above, forward to the right, left at the top',
      at: ([x, y]: number[]) => [x, -y],
    },
    { view: 'egocentric', title: 'as the head camera sees them', at: ([x, y]: number[]) => [x, y] },
  ];
  return maps
    .map(({ view, title, at }) => {
      const counts = new Map<string, number>();
      const all = new Set<string>();
      for (const episode of episodes.filter(e => e.view === view)) {
        const flat = new Set(
          episode.cells.map(cell => {
            all.add(cell);
            return at(cell.split(' ').slice(1).map(Number)).join(' ');
          }),
        );
        for (const cell of flat) counts.set(cell, (counts.get(cell) ?? 0) + 1);
      }
      if (all.size === 0) return '';
      const squares = [...counts].map(([cell, count]) => {
        const [x, y] = cell.split(' ').map(Number);
        return { x, y, count };
      });
      return `<h3>Wrists, ${view}: ${all.size} cells of ${100 * CELL_M} cm</h3>${workspace(squares, CELL_M, title)}`;
    })
    .join('');
}

function notKept(rejected: Readonly<Record<string, number>>): string {
  const rows = kinds(new Map(Object.entries(rejected)));
  return rows.length > 0 ? `<section><h2>Not kept</h2>${bars(rows)}</section>` : '';
}

function table(episodes: readonly AssessedEpisode[]): string {
  const rows = episodes
    .toSorted((a, b) => a.score - b.score)
    .slice(0, ROWS)
    .map(({ index, score, seconds, task, source, duplicateOf, quality }) => {
      const cells = [
        String(index),
        score.toFixed(2),
        seconds.toFixed(1),
        weakest(quality, 1),
        duplicateOf === null ? '' : String(duplicateOf),
        task,
        source ?? '',
      ];
      return `<tr>${cells.map(cell => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
    });
  const more = episodes.length > ROWS ? `<p>The ${ROWS} weakest of ${episodes.length}.</p>` : '';
  const heads = ['episode', 'score', 's', 'weakest', 'repeats', 'task', 'source'];
  return `${more}<div class="wide"><table><thead><tr>${heads.map(h => `<th>${h}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function counted(
  episodes: readonly AssessedEpisode[],
  pick: (e: AssessedEpisode) => string | null,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const episode of episodes) {
    const kind = pick(episode);
    if (kind !== null) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function kinds(counts: ReadonlyMap<string, number>): { name: string; value: number; text: string }[] {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const rows = sorted.slice(0, KINDS).map(([name, value]) => ({ name, value, text: String(value) }));
  const others = sorted.slice(KINDS).reduce((sum, [, value]) => sum + value, 0);
  return others > 0
    ? [...rows, { name: `${sorted.length - KINDS} others`, value: others, text: String(others) }]
    : rows;
}

const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf8;--ink:#1d1f23;--soft:#676c75;--line:#dcd9d2;--bar:#2f6f8f}
@media(prefers-color-scheme:dark){:root{--paper:#16181c;--ink:#e6e5e1;--soft:#9a9fa8;--line:#34383f;--bar:#6db3d1}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:760px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:26px;margin:0;overflow-wrap:anywhere}h2{font-size:19px;margin:40px 0 8px;border-top:1px solid var(--line);padding-top:20px}h3{font-size:15px;margin:24px 0 4px;color:var(--soft);font-weight:600}
p{color:var(--soft);margin:4px 0 16px}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(110px,1fr));gap:12px;margin:0}dl div{border-left:3px solid var(--bar);padding-left:10px}dt{color:var(--soft);font-size:13px}dd{margin:0;font-size:22px;font-variant-numeric:tabular-nums}
dl.list{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin-top:8px}dl.list dd{font-size:14px}dl.list dt{font-size:14px}
svg{width:100%;height:auto;display:block}svg text{fill:var(--ink);font-size:13px}.bar{fill:var(--bar)}@media(max-width:600px){section svg{min-width:560px}}.axis{stroke:var(--line)}summary{cursor:pointer;color:var(--soft)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px;width:100%;font-variant-numeric:tabular-nums}th{color:var(--soft);font-weight:600;text-align:left}td,th{padding:4px 10px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
`;
