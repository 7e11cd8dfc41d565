/** One line of a file, without its end (RFC 4180). A line break in a cell becomes a blank: a line is a row, always. */
export function csvLine(cells: readonly string[]): string {
  return cells.map(quoted).join(',');
}

function quoted(cell: string): string {
  const plain = cell.replace(/[\r\n\u2028\u2029]+/g, ' ');
  return /[",]|^\s|\s$/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** The cells of a line; of one that nobody wrote so, whatever can be told apart. */
export function csvCells(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/y;
  for (;;) {
    const match = pattern.exec(line);
    if (match === null) return [...cells, line.slice(pattern.lastIndex)];
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return cells;
  }
}

/** `YYYY-MM-DDTHH:MM:SSZ`, whole seconds. */
export function csvTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
