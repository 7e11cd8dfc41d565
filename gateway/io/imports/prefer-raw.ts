import type { ImportedRow } from './import-format.ts';

export interface RawOrMinute extends ImportedRow {
  /** It was made of the rows of its minute, where those are not there any more. */
  readonly isMinute: boolean;
}

const minuteMs = 60_000;
/** Rows for one minute that are kept in mind; more of them say nothing new. */
const minuteRowsMax = 64;

/** Leaves out what was made of rows that are there. The rows come, and are given on, by time. */
export function* preferRaw(
  rows: Iterable<RawOrMinute>,
  leaveOut: (row: ImportedRow) => void,
): Generator<ImportedRow> {
  let minute = NaN;
  let hasRaw = false;
  let waiting: RawOrMinute[] = [];
  for (const row of rows) {
    const its = Math.floor(row.atMs / minuteMs);
    if (its !== minute) {
      yield* waiting;
      [minute, hasRaw, waiting] = [its, false, []];
    }
    if (!row.isMinute) {
      for (const made of waiting) leaveOut(made);
      [hasRaw, waiting] = [true, []];
      yield row;
    } else if (hasRaw || waiting.length >= minuteRowsMax) leaveOut(row);
    else waiting.push(row);
  }
  yield* waiting;
}
