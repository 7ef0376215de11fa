/** The comparison as an SVG: frames per second and error, ours beside the peer's. */
export interface Row {
  /** 'inspire vector motion' */
  name: string;
  ours: { framesPerS: number; error: number };
  theirs: { framesPerS: number; error: number };
  unit: string;
}

const [ROW, LEFT, WIDTH] = [34, 250, 330];
const [OURS, THEIRS, INK] = ['#2563eb', '#f59e0b', '#1f2937'];

export function plot(rows: readonly Row[]): string {
  const height = 60 + ROW * rows.length;
  const speeds = rows.flatMap(({ ours, theirs }) => [ours.framesPerS, theirs.framesPerS]);
  const [slow, fast] = [
    Math.floor(Math.log10(Math.min(...speeds))),
    Math.ceil(Math.log10(Math.max(...speeds))),
  ];
  const second = LEFT + WIDTH + 90;
  const text = (x: number, y: number, words: string, more = '') =>
    `<text x="${x}" y="${y}" ${more}>${words}</text>`;
  const bar = (x: number, y: number, share: number, colour: string, label: string) =>
    `<rect x="${x}" y="${y}" width="${(Math.max(0.004, share) * WIDTH).toFixed(1)}" height="11" fill="${colour}"/>` +
    text(x + Math.max(0.004, share) * WIDTH + 4, y + 9.5, label, 'font-size="10"');
  const lines = rows.map(({ name, ours, theirs, unit }, i) => {
    const y = 46 + ROW * i;
    const speed = (value: number) => (Math.log10(value) - slow) / (fast - slow);
    const most = Math.max(ours.error, theirs.error);
    return [
      text(LEFT - 8, y + 15, name, 'text-anchor="end"'),
      bar(LEFT, y, speed(ours.framesPerS), OURS, ours.framesPerS.toFixed(0)),
      bar(LEFT, y + 12, speed(theirs.framesPerS), THEIRS, theirs.framesPerS.toFixed(0)),
      bar(second, y, ours.error / most, OURS, `${ours.error.toFixed(2)} ${unit}`),
      bar(second, y + 12, theirs.error / most, THEIRS, `${theirs.error.toFixed(2)} ${unit}`),
    ].join('');
  });
  const width = second + WIDTH + 90;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="12" fill="${INK}"><rect width="${width}" height="${height}" fill="#fff"/>` +
    text(LEFT, 20, 'frames per second (logarithmic)', 'font-weight="bold"') +
    text(second, 20, 'mean error (each row to its own scale)', 'font-weight="bold"') +
    text(12, 20, `<tspan fill="${OURS}">Understudy</tspan>, <tspan fill="${THEIRS}">the peer</tspan>`) +
    `${lines.join('')}</svg>\n`
  );
}
