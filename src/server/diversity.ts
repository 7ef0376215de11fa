/** How varied the corpus is: where wrists were and how hands held, over all episodes that are not rejected. */
import type { CorpusDiversity, WristCell } from '../core/episode.ts';
import type { Catalogue, CatalogueEntry } from '../store/catalogue.ts';

/** Counted anew when the catalogue has changed. */
export class DiversityIndex {
  readonly #catalogue: Catalogue;
  #entries: readonly CatalogueEntry[] | null = null;
  #made: CorpusDiversity | null = null;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  async get(): Promise<CorpusDiversity> {
    const entries = await this.#catalogue.entries();
    if (this.#made === null || entries !== this.#entries) {
      this.#entries = entries;
      this.#made = diversityOf(entries);
    }
    return this.#made;
  }
}

export function diversityOf(entries: readonly CatalogueEntry[]): CorpusDiversity {
  const grasps: Record<string, number> = {};
  const wrists = new Map<string, WristCell>();
  let episodes = 0;
  for (const { record, review } of entries) {
    const { variety, view } = record;
    if (!variety || review?.decision === 'rejected') continue;
    episodes++;
    for (const [grasp, frames] of Object.entries(variety.grasps))
      grasps[grasp] = (grasps[grasp] ?? 0) + frames;
    for (const name of variety.cells) {
      const key = `${view} ${name}`;
      const known = wrists.get(key);
      if (known) known.episodes++;
      else {
        const [side, x, y, z] = name.split(' ');
        wrists.set(key, { view, side, cell: [Number(x), Number(y), Number(z)], episodes: 1 });
      }
    }
  }
  return { episodes, grasps, wrists: [...wrists.values()] };
}
