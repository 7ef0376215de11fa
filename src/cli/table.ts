/** Rows of cells as lines whose columns stand under each other; the first row is the heading. A cell is one line. */
export function aligned(cells: readonly (readonly string[])[]): string[] {
  const rows = cells.map(row => row.map(cell => cell.replace(/\s+/g, ' ')));
  const widths = rows[0].map((_, c) => Math.max(...rows.map(row => row[c].length)));
  return rows.map(row =>
    row
      .map((cell, c) => cell.padEnd(widths[c]))
      .join('  ')
      .trimEnd(),
  );
}
