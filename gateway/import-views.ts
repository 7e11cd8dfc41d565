import { formatValue } from './faces/cli/format-value.ts';
import type { NotedRows } from './features/imports/note-book.ts';
import type { ImportSummary } from './features/imports/run-import.ts';

/** One line, to be redrawn. */
export function progressText(done: number, rowCount: number, atMs: number): string {
  const pct = rowCount === 0 ? 100 : Math.floor((100 * done) / rowCount);
  return `${pct} %  ${done} of ${rowCount} rows  ${day(atMs)}`;
}

/** What an import came to, for people. */
export function importedText(summary: ImportSummary, isDryRun: boolean): string {
  const { tables, fromMs, toMs, notes, isPartial } = summary;
  const lines = tables.map(
    ({ file, table, rows, device }) => `${nameOf(file, table)}: ${rows} rows, to ${device}`,
  );
  if (fromMs === null || toMs === null) lines.push('there is no row that can be read');
  else lines.push(`from ${instant(fromMs)} to ${instant(toMs)}`, ...countLines(summary, isDryRun));
  const [left, taken] = [notes.filter(({ isTaken }) => !isTaken), notes.filter(({ isTaken }) => isTaken)];
  if (left.length > 0) lines.push('left out:', ...left.map(noteLine));
  if (taken.length > 0) lines.push('taken, but:', ...taken.map(noteLine));
  if (isPartial) lines.push('stopped before the end: what was sent is kept; say the same again to go on');
  if (isDryRun) lines.push('this was a dry run: nothing was changed');
  return `${lines.map((line) => formatValue(line)).join('\n')}\n`;
}

function countLines(summary: ImportSummary, isDryRun: boolean): readonly string[] {
  const { added, known, differing, tooOld, tooNew, texts, repeated, conflicting, differences } = summary;
  const counts: readonly (readonly [number, string])[] = [
    [known, 'are there already'],
    [differing, `differ from what is there, which stands${exampleOf(differences)}`],
    [conflicting, 'have another value in another row; the first one stands'],
    [repeated, 'are said more than once'],
    [tooOld, 'are older than hours are kept'],
    [tooNew, 'are of later than now'],
  ];
  const rest = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} readings ${what}`);
  return [`${added} readings and ${texts} words ${isDryRun ? 'would be' : 'are'} added`, ...rest];
}

function exampleOf(differences: ImportSummary['differences']): string {
  const [first] = differences;
  return first === undefined ? '' : `, such as ${first.device} ${first.quantity} at ${instant(first.atMs)}`;
}

function noteLine({ file, table, reason, count, rows }: NotedRows): string {
  if (rows.length === 0) return `  ${nameOf(file, table)}: ${reason}`;
  const which = `${rows.join(', ')}${count > rows.length ? ', …' : ''}`;
  return `  ${nameOf(file, table)}: ${count === 1 ? 'row' : `${count} rows`} (${which}): ${reason}`;
}

function nameOf(file: string, table: string | null): string {
  return table === null ? file : `${file} ${table}`;
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

function day(atMs: number): string {
  return instant(atMs).slice(0, 10);
}
