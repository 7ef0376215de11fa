/** What a known dataset holds, as JSON for the scripts that compare it with what a loader gives. */
import { columnsOf, extraOf, FEATURES, FPS, greyOf, lengthOf, taskOf } from '../dataset/known-dataset.ts';

export function expectedOf(episodes: number) {
  return {
    fps: FPS,
    tasks: Array.from({ length: episodes }, (_, e) => taskOf(e)),
    integers: FEATURES.filter(({ dtype }) => dtype === 'int64').map(({ name }) => name),
    names: Object.fromEntries(FEATURES.map(({ name, names }) => [name, names])),
    extras: Array.from({ length: episodes }, (_, e) => extraOf(e)),
    episodes: Array.from({ length: episodes }, (_, e) => {
      const length = lengthOf(e);
      const columns = columnsOf(e);
      const rows = FEATURES.map(({ name, width }) => {
        const values = Array.from(columns[name], Number);
        const row = (t: number) => (width === 1 ? values[t] : values.slice(t * width, (t + 1) * width));
        return [name, Array.from({ length }, (_, t) => row(t))];
      });
      return {
        length,
        columns: Object.fromEntries(rows),
        grey: Array.from({ length }, (_, t) => greyOf(e, t)),
      };
    }),
  };
}
