import { formatValue } from './faces/cli/format-value.ts';
import type { NotedRows } from './features/imports/note-book.ts';
import type { ImportSummary } from './features/imports/run-import.ts';
import type { RecomputedPhases } from './import-boiler.ts';

/** How far an import has come, and after how long. */
export interface ImportProgress {
  readonly done: number;
  readonly rowCount: number;
  readonly atMs: number;
  readonly afterMs: number;
}

/** One line, to be redrawn. */
export function progressText({ done, rowCount, atMs, afterMs }: ImportProgress): string {
  const pct = rowCount === 0 ? 100 : Math.floor((100 * done) / rowCount);
  const perSecond = Math.round((done * 1_000) / Math.max(1, afterMs));
  return `${pct} %  ${done} of ${rowCount} rows  ${day(atMs)}  ${perSecond} rows/s`;
}

/** What an import came to, and what was done beside it. */
export interface ImportDone extends ImportSummary {
  readonly remarks: readonly string[];
  readonly phases: RecomputedPhases | null;
}

/** For people. */
export function importedText(summary: ImportDone, isDryRun: boolean): string {
  const { tables, places, remarks, phases, fromMs, toMs, notes, isPartial } = summary;
  const lines = tables.map(
    ({ file, table, rows, device }) =>
      `${nameOf(file, table)}: ${rows} rows${places.length === 0 ? `, to ${device}` : ''}`,
  );
  lines.push(...places.map(({ part, device, quantity }) => `${part}: to ${device} ${quantity}`), ...remarks);
  if (fromMs === null || toMs === null) lines.push('there is no row that can be read');
  else lines.push(`from ${instant(fromMs)} to ${instant(toMs)}`, ...countLines(summary, isDryRun));
  const [left, taken] = [notes.filter(({ isTaken }) => !isTaken), notes.filter(({ isTaken }) => isTaken)];
  if (left.length > 0) lines.push('left out:', ...left.map(noteLine));
  if (taken.length > 0) lines.push('taken, but:', ...taken.map(noteLine));
  if (phases !== null) lines.push(...phaseLines(phases));
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

function phaseLines({ fromMs, toMs, minutes, changedMinutes, notes }: RecomputedPhases): readonly string[] {
  const stretch = `from ${instant(fromMs)} to ${instant(toMs)}`;
  return [
    `phases of ${minutes} minutes computed, ${stretch}: ${changedMinutes} came to something else; nobody was told`,
    ...notes.map((note) => `  ${note}`),
  ];
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
