import { csvCell } from './csv-cell.ts';
import { formatInstant, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderTable, type Column } from './table.ts';

interface Answer {
  readonly tables: readonly Table[];
}

interface Table {
  readonly device: string;
  readonly columns: readonly { readonly quantity: string; readonly unit: string }[];
  readonly rows: readonly Row[];
}

interface Row {
  readonly atMs: number;
  readonly values: readonly (number | string | null)[];
  readonly qualities: readonly (string | null)[];
}

/** The last rows of each device, a table a device; on a terminal as many columns beside each other as fit. */
export function rowsView(answer: unknown, paint: Paint, width = Infinity): string {
  const { tables } = answer as Answer;
  if (tables.length === 0) return 'Nothing has been read yet.\n';
  return tables
    .map((table) => `${paint('bold', formatValue(table.device))}\n${tableText(table, paint, width)}`)
    .join('\n');
}

/** RFC 4180 under a heading for each device; times in UTC, to the millisecond. */
export function rowsCsv(answer: unknown): string {
  const { tables } = answer as Answer;
  return tables
    .map(({ device, columns, rows }) => {
      const head = ['time', ...columns.map(({ quantity }) => quantity)];
      const body = rows.map(({ atMs, values }) => [new Date(atMs).toISOString(), ...values]);
      return `# ${formatValue(device)}\r\n${[head, ...body].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')}`;
    })
    .join('\r\n');
}

function tableText({ columns, rows }: Table, paint: Paint, width: number): string {
  const time: Column = { title: 'time', align: 'left' };
  const times = rows.map(({ atMs }) => formatInstant(atMs));
  const drawn = columns.map(({ quantity, unit }, index) => {
    const cells = rows.map((row) => cellText(row, index, unit));
    const title = formatValue(quantity);
    return { title, cells, width: Math.max(title.length, ...cells.map((cell) => cell.length)) };
  });
  const room = width - Math.max(...times.map((text) => text.length));
  return groupsThatFit(drawn, room)
    .map((group) => {
      const heads = group.map(({ title }): Column => ({ title, align: 'right' }));
      const body = times.map((text, row) => [text, ...group.map(({ cells }) => cells[row] ?? '')]);
      return renderTable([time, ...heads], body, paint);
    })
    .join('\n');
}

/** A quality other than good stands with its value: a colour alone says nothing on paper. */
function cellText({ values, qualities }: Row, index: number, unit: string): string {
  const [value, quality] = [values[index] ?? null, qualities[index] ?? null];
  if (quality === null) return '';
  const text = formatValue(value, {}, unit);
  if (quality === 'good') return text;
  return value === null ? quality : `${text} ${quality}`;
}

function groupsThatFit<Part extends { readonly width: number }>(
  parts: readonly Part[],
  room: number,
): readonly (readonly Part[])[] {
  const groups: Part[][] = [[]];
  let left = room;
  for (const part of parts) {
    const taken = part.width + 2;
    if (taken > left && groups.at(-1)?.length !== 0) {
      groups.push([]);
      left = room;
    }
    groups.at(-1)?.push(part);
    left -= taken;
  }
  return groups;
}
