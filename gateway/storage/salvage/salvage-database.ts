import { commitSpans } from '../check/missing-numbers.ts';
import { openConnection, type Connection } from '../connection.ts';
import { MarkStore } from '../mark-store.ts';
import { removeFile } from '../remove-file.ts';
import { sqliteFailure, unreadable } from '../sqlite-failure.ts';
import type { SalvageNote } from '../store-calls.ts';
import { syncPath } from '../sync-path.ts';
import { RowCollector, type CollectedRows } from './collect-rows.ts';
import { missingCommits, missingOfSeals, noteMissing } from './count-missing.ts';
import { mendAlerts } from './mend-alerts.ts';
import { mendCommits } from './mend-commits.ts';
import { mendJobs } from './mend-jobs.ts';
import { mendPhases } from './mend-phases.ts';
import { mendSharing } from './mend-sharing.ts';
import { dropNameless, dropOutdated, mendLatest, mendMarks, mendSeries, renewSeals } from './mend-rows.ts';
import { openPageFile, type PageFile } from './page-file.ts';
import { writeSalvageNote } from './salvage-note.ts';
import { markAllEnergy, markStale } from './stale-holes.ts';
import { tableShapes } from './table-shape.ts';
import { walkTrees, type WalkedTrees } from './tree-walk.ts';

export interface SalvageOptions {
  /** The site's zone: whose days are computed again. */
  readonly zone: string;
  readonly nowMs: number;
  /** What was found damaged. */
  readonly why: string;
  /** The name that the damaged file will have. */
  readonly keptAs: string;
  /** Whether commits may be missing at the end of its write-ahead log. */
  readonly isLogCut: boolean;
}

/**
 * Makes a new database of what is intact in a damaged one, which is only read. Rows are read from the pages of the
 * file themselves, so no damage stops it, and each must pass its check. What is missing is counted and noted as gaps.
 * The new file is whole and on disk when this returns. Errors: `database_unreadable` when the file is not one of this
 * gateway, or nothing in it can be recognised; `storage_failed`. No new file is left behind then.
 */
export function salvageDatabase(oldPath: string, newPath: string, options: SalvageOptions): SalvageNote {
  removeNew(newPath);
  let connection: Connection | undefined;
  const file = openPageFile(oldPath);
  try {
    connection = openConnection(newPath, 1);
    const report = fill(connection, file, options);
    if (report === undefined)
      throw unreadable(oldPath, 'it is not a database of this gateway, or nothing of it is left');
    // In one file, without a log beside it.
    connection.pragma('journal_mode = DELETE');
    connection.close();
    syncPath(newPath);
    return report;
  } catch (error) {
    connection?.close();
    removeNew(newPath);
    throw sqliteFailure(error, newPath);
  } finally {
    file.close();
  }
}

function fill(connection: Connection, file: PageFile, options: SalvageOptions): SalvageNote | undefined {
  connection.pragma('foreign_keys = OFF');
  // It is synced as a whole at the end, and thrown away when that is not reached.
  connection.pragma('journal_mode = OFF');
  connection.pragma('synchronous = OFF');
  connection.exec('BEGIN; DELETE FROM mark');
  const collector = new RowCollector(connection, tableShapes(connection), file.isUnchecked);
  const walked = walkTrees(file, collector);
  const rows = collector.collected();
  if (!file.hasOurHeader && !isOurs(walked, rows) && !isEmpty(file)) return undefined;
  const note = mend(connection, { walked, rows }, options);
  writeSalvageNote(connection, note);
  connection.exec('COMMIT');
  return note;
}

/** Somebody else's file may have tables of the same names, but not rows that pass our checks. */
function isOurs({ trees }: WalkedTrees, { kept, sound }: CollectedRows): boolean {
  const hasOurTables = ['staged', 'packed_commit'].every((table) => trees.some(({ name }) => name === table));
  return hasOurTables || sound > 0 || (trees.length === 0 && kept > 0);
}

/** A file without contents, or of zeros alone, is what is left of one that the disk lost. */
function isEmpty(file: PageFile): boolean {
  for (let number = 1; number <= file.pageCount; number += 1) {
    if (file.page(number)?.some((byte) => byte !== 0) === true) return false;
  }
  return true;
}

interface Found {
  readonly walked: WalkedTrees;
  readonly rows: CollectedRows;
}

function mend(connection: Connection, found: Found, options: SalvageOptions): SalvageNote {
  const { walked, rows } = found;
  const { zone, nowMs, why, keptAs, isLogCut } = options;
  const { holes } = rows;
  mendSeries(connection, rows.indexedSeries);
  const nameless = dropNameless(connection);
  mendMarks(connection);
  const waiting = commitSpans(connection).filter(({ isWaiting }) => isWaiting);
  const { dropped, disproved } = mendCommits(connection);
  if (walked.strayPages > 0) dropOutdated(connection);
  const marks = new MarkStore(connection);
  // History is not what it was.
  marks.putNumber('epoch', Math.max(marks.number('epoch') + 1, Math.floor(nowMs / 1000)));
  mendLatest(connection);
  const isCut =
    holes.some(({ table, to }) => table === 'staged' && to === null) || isTreeLost(walked, 'staged');
  const ends = {
    isCut: isCut || isLogCut,
    disprovedTo: waiting.findLast(({ commit }) => disproved.includes(commit))?.commit ?? 0,
  };
  const parts = [...missingOfSeals(connection), ...missingCommits(connection, ends)];
  const missingReadings = noteMissing(connection, nowMs, { parts, holes });
  renewSeals(connection);
  const isTouched = (table: string): boolean =>
    holes.some((hole) => hole.table === table) || isTreeLost(walked, table);
  const doubts = { nowMs, isLogCut, isMarkLost: isTouched('mark') };
  const mended = {
    job: mendJobs(connection, doubts),
    alert: mendAlerts(connection, { ...doubts, areStatesLost: isTouched('alert_state') }),
    boiler_phase: mendPhases(connection),
    ...mendSharing(connection, doubts),
  };
  const mendedTables = Object.entries(mended).flatMap(([table, rows]) => (rows > 0 ? [table] : []));
  const lost = isTreeLost(walked, 'stale_window') ? [{ table: 'stale_window', from: null, to: null }] : [];
  markStale(connection, zone, [...holes, ...lost]);
  if (isTreeLost(walked, 'energy_stale')) markAllEnergy(connection);
  return {
    atMs: nowMs,
    why,
    keptAs,
    keptRows: rows.kept,
    droppedRows: rows.dropped + dropped + nameless,
    tables: [...new Set([...holes.map(({ table }) => table), ...mendedTables])].sort(),
    missingReadings,
  };
}

/** No root of it is known: nothing of it was found, or only on pages that nothing leads to. */
function isTreeLost({ trees }: WalkedTrees, table: string): boolean {
  return !trees.some(({ name }) => name === table);
}

function removeNew(path: string): void {
  for (const base of [path, `${path}.new`]) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) removeFile(base + suffix);
  }
}
