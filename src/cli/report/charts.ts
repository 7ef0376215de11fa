/** Plots as SVG text. Colours are CSS variables of the page, so that light and dark need no second picture. */

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);

const fixed = (value: number): string => value.toFixed(1);

/** How often values in 0…1 occur, in twenty bins. */
export function histogram(values: readonly number[], label: string): string {
  const bins = new Array<number>(20).fill(0);
  for (const value of values) bins[Math.min(19, Math.floor(value * 20))]++;
  const most = Math.max(1, ...bins);
  const bars = bins
    .map((count, i) => {
      const height = (count / most) * 120;
      const tip = `${(i / 20).toFixed(2)} to ${((i + 1) / 20).toFixed(2)}: ${count}`;
      return `<rect class="bar" x="${40 + i * 28}" y="${fixed(140 - height)}" width="26" height="${fixed(height)}"><title>${tip}</title></rect>`;
    })
    .join('');
  const ticks = [0, 0.25, 0.5, 0.75, 1]
    .map(v => `<text x="${40 + v * 560}" y="158" text-anchor="middle">${v}</text>`)
    .join('');
  return `<svg viewBox="0 0 640 180" role="img" aria-label="${escapeHtml(label)}"><line class="axis" x1="40" x2="600" y1="140" y2="140"/><text x="34" y="26" text-anchor="end">${most}</text><text x="34" y="143" text-anchor="end">0</text>${bars}${ticks}<text x="320" y="176" text-anchor="middle">${escapeHtml(label)}</text></svg>`;
}

/** An address says most at its end, a text at its beginning. */
function shortened(name: string): string {
  if (name.length <= 30) return name;
  return /[/\\]/.test(name) ? `…${name.slice(-29)}` : `${name.slice(0, 29)}…`;
}

/** One horizontal bar each: the share of the largest. */
export function bars(rows: readonly { name: string; value: number; text: string }[], most?: number): string {
  const largest = most ?? Math.max(1e-9, ...rows.map(({ value }) => value));
  const height = rows.length * 24 + 6;
  const lines = rows
    .map(({ name, value, text }, i) => {
      const short = shortened(name);
      const width = Math.max(1, (value / largest) * 250);
      return `<text x="232" y="${20 + 24 * i}" text-anchor="end">${escapeHtml(short)}<title>${escapeHtml(name)}</title></text><rect class="bar" x="240" y="${7 + 24 * i}" width="${fixed(width)}" height="17"/><text x="${fixed(248 + width)}" y="${20 + 24 * i}">${escapeHtml(text)}</text>`;
    })
    .join('');
  return `<svg viewBox="0 0 640 ${height}" role="img">${lines}</svg>`;
}

/** Cells that the wrists were in, seen from above (x forward, y left, m) or, of a head camera, as the camera sees them. */
export function workspace(
  cells: readonly { x: number; y: number; count: number }[],
  cellM: number,
  label: string,
): string {
  if (cells.length === 0) return '';
  const most = Math.max(...cells.map(({ count }) => count));
  const [x0, x1] = [Math.min(...cells.map(c => c.x)), Math.max(...cells.map(c => c.x)) + 1];
  const [y0, y1] = [Math.min(...cells.map(c => c.y)), Math.max(...cells.map(c => c.y)) + 1];
  const size = Math.min(40, 560 / (x1 - x0), 300 / (y1 - y0));
  const squares = cells
    .map(({ x, y, count }) => {
      const opacity = (0.2 + (0.8 * count) / most).toFixed(2);
      const tip = `${(x * cellM).toFixed(1)}, ${(y * cellM).toFixed(1)} m: ${count} episode(s)`;
      return `<rect class="bar" opacity="${opacity}" x="${fixed(40 + (x - x0) * size)}" y="${fixed(8 + (y - y0) * size)}" width="${fixed(size - 1)}" height="${fixed(size - 1)}"><title>${tip}</title></rect>`;
    })
    .join('');
  const height = (y1 - y0) * size + 40;
  return `<svg viewBox="0 0 640 ${fixed(height)}" role="img" aria-label="${escapeHtml(label)}">${squares}<text x="40" y="${fixed(height - 12)}">${escapeHtml(label)}</text></svg>`;
}
