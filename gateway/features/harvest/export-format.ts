/** A row of an export: names as the JSON form has them, each with a text, a number or nothing. */
export type ExportRow = Readonly<Record<string, string | number | null>>;

export const exportFormats = ['csv', 'json'] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** How rows are written. `columns` are those of every row, in their order. */
export interface RowWriter {
  readonly contentType: string;
  /** What stands before the rows. */
  head(columns: readonly string[]): string;
  row(row: ExportRow): string;
}

/**
 * RFC 4180, in UTF-8: lines end in CR LF, and what holds a comma, a quote or a line break stands in quotes. There
 * is no number but a finite one, and none is an empty cell.
 */
const csv: RowWriter = {
  contentType: 'text/csv; charset=utf-8',
  head: (columns) => `${columns.map(csvName).join(',')}\r\n`,
  row: (row) => `${Object.values(row).map(csvCell).join(',')}\r\n`,
};

/** One object a line, so that a reader needs no more than a line in memory, and appending is concatenating. */
const jsonLines: RowWriter = {
  contentType: 'application/x-ndjson; charset=utf-8',
  head: () => '',
  row: (row) => `${JSON.stringify(row)}\n`,
};

export const rowWriters: Readonly<Record<ExportFormat, RowWriter>> = { csv, json: jsonLines };

/** `epochMs` is `epoch_ms`: column names as quantities are written. */
function csvName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = withoutFormula(value);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A spreadsheet takes a text that begins so for a formula and runs it: an apostrophe before it makes it a text
 * (OWASP, CSV injection).
 */
function withoutFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
