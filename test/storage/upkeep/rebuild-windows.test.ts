import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { defineRowCheck } from '../../../gateway/storage/row-check.ts';
import t from 'tap';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { openScratch } from '../scratch.ts';
import {
  contentFrom,
  dayMs,
  firstDayMs,
  hourMs,
  openHistory,
  scratchDirectory,
  settle,
  zone,
} from './history.ts';

const days = 2;
const nowMs = firstDayMs + days * dayMs;
const tables = ['rollup_minute', 'minute_block', 'rollup_hour', 'rollup_day', 'energy_slot'] as const;

/** Every row of the rollups and of energy, byte by byte. */
function rollupRows(directory: string): unknown {
  const connection = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const rows = tables.map((table) => connection.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
  connection.close();
  return rows;
}

/** What is changed here is to be believed. */
const recheckHours = `UPDATE rollup_hour SET crc = row_check('rollup_hour', start_ms, series, length_ms, min, max,
  sum, last, last_offset_ms, n, bad);`;

function change(directory: string, sql: string): void {
  const connection = new Sqlite(join(directory, 'egw.db'));
  defineRowCheck(connection);
  connection.exec(sql);
  connection.close();
}

function rebuild(service: DatabaseService, fromMs: number, toMs: number): number {
  let windows = 0;
  for (let next: number | undefined = fromMs; next !== undefined;) {
    const step = service.rebuildWindows(next, toMs);
    windows += step.windows;
    next = step.nextFromMs;
  }
  return windows;
}

t.test('windows that were spoiled, lost or made up come out as they were, and again as they were', (t) => {
  const directory = scratchDirectory(t);
  const first = openHistory(directory, days);
  settle(first, nowMs + 2 * hourMs);
  const content = contentFrom(first, 0);
  first.close();
  const rows = rollupRows(directory);
  change(
    directory,
    `UPDATE rollup_hour SET max = 9e9 WHERE start_ms < ${firstDayMs + 5 * hourMs};
     ${recheckHours}
     DELETE FROM rollup_hour WHERE start_ms = ${firstDayMs + 7 * hourMs};
     DELETE FROM minute_block WHERE rowid % 2;
     DELETE FROM rollup_day WHERE series = 2;
     DELETE FROM energy_slot WHERE start_ms % 3600000 = 0;
     INSERT INTO rollup_minute SELECT *, row_check('rollup_minute', start, 1, 60000, NULL, NULL, NULL, NULL, NULL, 0, 5)
       FROM (SELECT ${firstDayMs + 60_000} AS start, 1, 60000, NULL, NULL, NULL, NULL, NULL, 0, 5);`,
  );
  for (let time = 0; time < 2; time += 1) {
    const service = openScratch(directory, zone);
    t.equal(
      rebuild(service, 0, nowMs),
      days * 24 * 2 + days,
      'the minutes of each hour, the hours and the days',
    );
    t.strictSame(contentFrom(service, 0), content, 'what is read meanwhile is computed on the spot');
    settle(service, nowMs + 2 * hourMs);
    t.strictSame(contentFrom(service, 0), content);
    service.close();
    t.strictSame(rollupRows(directory), rows);
  }
  t.end();
});

t.test('only what lies in the range is computed anew', (t) => {
  const directory = scratchDirectory(t);
  const first = openHistory(directory, days);
  settle(first, nowMs + 2 * hourMs);
  first.close();
  change(directory, `UPDATE rollup_hour SET max = 9e9; ${recheckHours}`);
  const service = openScratch(directory, zone);
  rebuild(service, firstDayMs + 3 * hourMs, firstDayMs + 5 * hourMs);
  settle(service, nowMs);
  const { rows } = service.rollupRange({ series: 1, fromMs: 0, toMs: nowMs, rowsMax: 100 }, '1h');
  const rebuilt = rows.filter(({ max }) => max !== 9e9).map(({ startMs }) => (startMs - firstDayMs) / hourMs);
  t.same(rebuilt, [3, 4]);
  service.close();
  t.end();
});

t.test('windows whose readings are gone stay as they are', (t) => {
  const directory = scratchDirectory(t);
  const service = openHistory(directory, days);
  while (service.prune(nowMs, { rawMs: dayMs, minuteMs: dayMs }).remaining);
  const content = contentFrom(service, 0);
  rebuild(service, 0, nowMs);
  settle(service, nowMs);
  t.strictSame(contentFrom(service, 0), content, 'pruned');
  service.noteGap({
    notedMs: nowMs,
    reason: 'damage',
    fromMs: nowMs - 5 * hourMs,
    toMs: nowMs - 4 * hourMs,
    readings: 0,
    detail: '',
  });
  service.close();
  change(
    directory,
    `UPDATE rollup_hour SET max = 9e9 WHERE start_ms = ${nowMs - 5 * hourMs}; ${recheckHours}`,
  );
  const again = openScratch(directory, zone);
  rebuild(again, 0, nowMs);
  settle(again, nowMs);
  const { rows } = again.rollupRange(
    { series: 1, fromMs: nowMs - 5 * hourMs, toMs: nowMs - 4 * hourMs, rowsMax: 9 },
    '1h',
  );
  t.equal(rows[0]?.max, 9e9, 'damaged: what is left of the readings would make a wrong window');
  again.close();
  t.end();
});

t.test('an empty range, or one before or after all there is, is no work', (t) => {
  const service = openHistory(scratchDirectory(t), 1);
  const nothing = { windows: 0 };
  t.same(service.rebuildWindows(firstDayMs, firstDayMs), nothing);
  t.same(service.rebuildWindows(0, firstDayMs - hourMs), nothing);
  t.same(service.rebuildWindows(nowMs + dayMs, nowMs + 2 * dayMs), nothing);
  service.close();
  t.end();
});

t.test(
  'where it is not known when readings are missing, all windows that it can be stay as they are',
  (t) => {
    const service = openHistory(scratchDirectory(t), 1);
    const gap = { notedMs: nowMs, reason: 'damage', readings: null, detail: 'by the account' } as const;
    service.noteGap({ ...gap, fromMs: null, toMs: firstDayMs + 2 * hourMs - 1 });
    t.same(
      service.rebuildWindows(firstDayMs, firstDayMs + 2 * hourMs),
      { windows: 1 },
      'the day, of its hours',
    );
    t.match(service.rebuildWindows(firstDayMs + 2 * hourMs, firstDayMs + 3 * hourMs), { windows: 3 });
    service.noteGap({ ...gap, fromMs: firstDayMs + 2 * hourMs, toMs: null });
    t.same(service.rebuildWindows(firstDayMs + 2 * hourMs, firstDayMs + 3 * hourMs), { windows: 1 });
    service.close();
    t.end();
  },
);
