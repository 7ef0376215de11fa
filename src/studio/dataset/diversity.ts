/** How varied the corpus is, as plots: grasps, and where the wrists were. */
import type { CorpusDiversity } from '../../client/index.ts';
import { CELL_M } from '../../core/episode.ts';
import type { View } from '../../core/types.ts';
import { h, svg } from '../shell/element.ts';
import { count } from '../shell/words.ts';
import { barPlot } from './plots.ts';

/** Words for the kinds of src/quality/diversity.ts, in the order in which a hand closes. */
const GRASPS = [
  ['open', 'open'],
  ['between', 'half closed'],
  ['pinch', 'pinching'],
  ['power', 'closed'],
] as const;

export function diversityPlots({ episodes, grasps, wrists }: CorpusDiversity): HTMLElement[] {
  if (episodes === 0) return [];
  const frames = Object.values(grasps).reduce((sum, n) => sum + n, 0) || 1;
  const rows = GRASPS.map(([name, words]) => {
    const value = grasps[name] ?? 0;
    return { name: words, value, text: `${Math.round((100 * value) / frames)} %` };
  });
  const views = ['third-person', 'egocentric'] as const;
  return [
    barPlot('Grasps, of the frames of hands', rows),
    ...views.flatMap(view => {
      const own = wrists.filter(cell => cell.view === view);
      return own.length > 0 ? [wristMap(view, own)] : [];
    }),
  ];
}

/** How each view is laid flat: which axes go right and down, and in which direction. */
const FLAT: Record<View, { words: string; at(cell: readonly number[]): [number, number] }> = {
  'third-person': { words: 'seen from above, forward is up', at: ([x, y]) => [-y, -x] },
  egocentric: { words: 'as the head camera sees them', at: ([x, y]) => [x, y] },
};
const SIZE_PX = 16;

/** One square per cell, both hands together; darker where more episodes were. */
function wristMap(view: View, cells: CorpusDiversity['wrists']): HTMLElement {
  const { words, at } = FLAT[view];
  const visits = new Map<string, { x: number; y: number; most: number }>();
  for (const { cell, episodes } of cells) {
    const [x, y] = at(cell);
    const known = visits.get(`${x} ${y}`);
    visits.set(`${x} ${y}`, { x, y, most: Math.max(known?.most ?? 0, episodes) });
  }
  const flat = [...visits.values()];
  const highest = Math.max(...flat.map(({ most }) => most));
  const [left, right] = [Math.min(...flat.map(c => c.x)), Math.max(...flat.map(c => c.x)) + 1];
  const [top, bottom] = [Math.min(...flat.map(c => c.y)), Math.max(...flat.map(c => c.y)) + 1];
  const wide = `${((right - left) * CELL_M).toFixed(1)} × ${((bottom - top) * CELL_M).toFixed(1)} m`;
  const name = view === 'egocentric' ? 'head camera' : 'third person';
  const picture = svg(
    'svg',
    {
      class: 'wrists',
      role: 'img',
      'aria-label': `Wrists, ${name}: ${count(cells.length, 'cell')} of ${100 * CELL_M} cm within ${wide}, ${words}`,
      viewBox: `${left * SIZE_PX} ${top * SIZE_PX} ${(right - left) * SIZE_PX} ${(bottom - top) * SIZE_PX}`,
    },
    ...flat.map(({ x, y, most }) =>
      svg(
        'rect',
        {
          x: x * SIZE_PX + 0.5,
          y: y * SIZE_PX + 0.5,
          width: SIZE_PX - 1,
          height: SIZE_PX - 1,
          rx: 2,
          'fill-opacity': (0.25 + (0.75 * most) / highest).toFixed(2),
        },
        svg('title', {}, count(most, 'episode')),
      ),
    ),
  );
  return h(
    'section',
    { class: 'panel plot-panel' },
    h('h2', {}, `Wrists, ${name}`),
    picture,
    h('p', { class: 'faint' }, `${count(cells.length, 'cell')} of ${100 * CELL_M} cm; ${words}`),
  );
}
