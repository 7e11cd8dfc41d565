import t from 'tap';
import { MeterLedger } from '../../../../gateway/features/server/meter/meter-ledger.ts';
import { cases, quiet } from './ledger-cases.ts';
import { Cells, flush, readingOf, type Row } from './ledger-rows.ts';

t.test('what each band gets', (t) => {
  for (const { title, startDate, rows, lines, restarts, firstDay } of cases) {
    const [ledger, cells] = [new MeterLedger(startDate, undefined), new Cells()];
    for (const row of rows) ledger.take(readingOf(row));
    flush(ledger, cells);
    t.same(cells.lines, lines, title);
    if (restarts !== undefined) t.equal(ledger.mark?.restarts, restarts, title);
    if (firstDay !== undefined) t.equal(ledger.mark?.firstDay, firstDay, title);
  }
  t.end();
});

t.test(
  'whether it is written after each reading and read anew, or at the end, the intervals are the same',
  (t) => {
    for (const { title, startDate, rows } of cases) {
      const [atOnce, whole] = [new MeterLedger(startDate, undefined), new Cells()];
      for (const row of rows) atOnce.take(readingOf(row));
      flush(atOnce, whole);
      const cells = new Cells();
      let ledger = new MeterLedger(startDate, undefined);
      for (const [index] of rows.entries()) {
        // All that the store has after the mark, as after a kill.
        for (const row of rows.slice(0, index + 1)) ledger.take(readingOf(row));
        flush(ledger, cells);
        const { mark } = ledger;
        ledger = new MeterLedger(startDate, mark && { mark, intervals: cells.intervals });
      }
      t.same(cells.intervals, whole.intervals, title);
    }
    t.end();
  },
);

t.test('a run keeps the totals at both of its ends, and one that was interrupted is two', (t) => {
  const [ledger, cells] = [new MeterLedger(undefined, undefined), new Cells()];
  const rows: readonly Row[] = [
    ['2025-01-10 12:00:00', 100],
    ['2025-01-10 12:05:00', 100.1],
    ['2025-01-10 12:10:00', 100.3],
    ['2025-01-10 12:11:00', 1],
    ['2025-01-10 12:12:00', 1.001],
    ['2025-01-10 12:13:00', 1.002],
  ];
  for (const row of rows) ledger.take(readingOf(row));
  flush(ledger, cells);
  t.match(cells.intervals, [
    { mwh: 300_000, startTotalMwh: 100_000_000, endTotalMwh: 100_300_000 },
    { mwh: 2_000, startTotalMwh: 1_000_000, endTotalMwh: 1_002_000 },
  ]);
  t.equal(cells.intervals.length, 2);
  t.match(ledger.restart, { before: { totalMwh: 100_300_000 }, after: { totalMwh: 1_000_000 } });
  t.end();
});

t.test('another meter counts from its first reading, whatever it says', (t) => {
  const [ledger, cells] = [new MeterLedger(undefined, undefined), new Cells()];
  for (const row of quiet) ledger.take(readingOf(row));
  ledger.expectOther();
  ledger.take(readingOf(['2025-01-12 12:00:00', 100.01]));
  ledger.take(readingOf(['2025-01-12 12:01:00', 100.02]));
  flush(ledger, cells);
  t.same(cells.lines, [
    '2025-01-10 peak measured 2000',
    '2025-01-11 peak down',
    '2025-01-11 off-peak down',
    '2025-01-12 peak measured 10000',
  ]);
  t.equal(ledger.mark?.restarts, 1);
  t.end();
});

t.test('an hour that passes twice, since the clock was set back, is not more than a home can draw', (t) => {
  for (const [againMs, line] of [
    [0, '2025-01-10 peak measured 2000'],
    [3_600_000, '2025-01-10 peak measured 3002000'],
  ] as const) {
    const [ledger, cells] = [new MeterLedger(undefined, undefined), new Cells()];
    for (const row of quiet) ledger.take(readingOf(row));
    ledger.expectAgain(againMs);
    ledger.take(readingOf(['2025-01-10 11:30:00', 101]));
    ledger.take(readingOf(['2025-01-10 12:01:10', 103.002]));
    flush(ledger, cells);
    t.same(cells.lines, [line]);
  }
  t.end();
});
