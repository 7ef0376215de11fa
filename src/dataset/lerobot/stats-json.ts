/** Statistics as JSON that LeRobot's loaders read: lists, (3, 1, 1) for images, count of shape [1]. */
import { type NamedStats, STAT_KEYS, type StatKey } from './stats.ts';

/** meta/stats.json: statistics per feature. */
export function statsJson(features: readonly NamedStats[]): string {
  const entries = features.map(entry => {
    const lines = statsLines(entry, STAT_KEYS);
    return `    ${JSON.stringify(entry.name)}: {\n        ${lines.join(',\n        ')}\n    }`;
  });
  return `{\n${entries.join(',\n')}\n}\n`;
}

/** The same on one line, with these keys only. */
export const statsObject = (features: readonly NamedStats[], keys: readonly StatKey[]): string =>
  `{${features.map(entry => `${JSON.stringify(entry.name)}: {${statsLines(entry, keys).join(', ')}}`).join(', ')}}`;

/** A float is always written with a point or an exponent: numpy would read `[0, 1]` as integers. */
function statsLines({ kind, stats }: NamedStats, keys: readonly StatKey[]): string[] {
  const list = (key: StatKey) => {
    const integer = kind === 'int64' && (key === 'min' || key === 'max');
    const numbers = stats[key].map(value => (integer ? String(value) : float(value)));
    return `[${(kind === 'image' ? numbers.map(text => `[[${text}]]`) : numbers).join(', ')}]`;
  };
  return [...keys.map(key => `"${key}": ${list(key)}`), `"count": [${stats.count}]`];
}

function float(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
