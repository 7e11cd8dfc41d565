import type { Paint } from './paint.ts';
import { styleOf } from './paint.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Lines of a table with aligned columns; states and qualities are coloured. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  const widths = columns.map(({ title }, index) =>
    rows.reduce((widest, row) => Math.max(widest, (row[index] ?? '').length), title.length),
  );
  const line = (cells: readonly string[], paintCell: (text: string, padded: string) => string): string =>
    columns
      .map(({ align }, index) => {
        const text = cells[index] ?? '';
        const width = widths[index] ?? 0;
        return paintCell(text, align === 'right' ? text.padStart(width) : text.padEnd(width));
      })
      .join('  ')
      .trimEnd();
  const head = line(
    columns.map(({ title }) => title),
    (_text, padded) => paint('bold', padded),
  );
  const body = rows.map((row) => line(row, (text, padded) => paint(styleOf(text), padded)));
  return `${[head, ...body].join('\n')}\n`;
}

/** `name: value` lines with the values below each other. */
export function renderFacts(facts: readonly (readonly [string, string])[], paint: Paint): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts
    .map(([name, value]) => `${paint('bold', name.padEnd(width))}  ${paint(styleOf(value), value)}\n`)
    .join('');
}
