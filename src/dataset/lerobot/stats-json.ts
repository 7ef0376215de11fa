/** meta/stats.json. */
import type { NamedStats } from './episodes.ts';
import { STAT_KEYS, type StatKey } from './stats.ts';

/**
 * Statistics per feature as LeRobot's loader expects them: lists, (3, 1, 1) for images, count of shape [1].
 * A float is always written with a point or an exponent: numpy would read `[0, 1]` as integers.
 */
export function statsJson(features: readonly NamedStats[]): string {
  const entries = features.map(({ name, kind, stats }) => {
    const list = (key: StatKey) => {
      const integer = kind === 'int64' && (key === 'min' || key === 'max');
      const numbers = stats[key].map(value => (integer ? String(value) : float(value)));
      return `[${(kind === 'image' ? numbers.map(text => `[[${text}]]`) : numbers).join(', ')}]`;
    };
    const lines = [...STAT_KEYS.map(key => `"${key}": ${list(key)}`), `"count": [${stats.count}]`];
    return `    ${JSON.stringify(name)}: {\n        ${lines.join(',\n        ')}\n    }`;
  });
  return `{\n${entries.join(',\n')}\n}\n`;
}

function float(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
