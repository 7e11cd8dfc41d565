/**
 * A year of readings each minute of the server's plug, given to bands of tariff days as the watch does it, a page of
 * the database at a time. `node --expose-gc dist/bench/meter-year.js`.
 */
import { MeterLedger } from '../gateway/features/server/meter/meter-ledger.ts';
import { heapBytes, percentile, print, printAim } from './measure.ts';

const minuteMs = 60_000;
const readings = 525_600;
const pageReadings = 1_000;
const startMs = Date.UTC(2025, 0, 1);
/** About 80 W. */
const mwhPerMinute = 1_333;
/** A task computes for so long at most before others run. */
const pageMsMax = 10;

const before = heapBytes();
const ledger = new MeterLedger(undefined, undefined);
const pagesMs: number[] = [];
let rows = 0;
for (let from = 0; from < readings; from += pageReadings) {
  const startedMs = performance.now();
  for (let index = from; index < Math.min(readings, from + pageReadings); index += 1)
    ledger.take({ atMs: startMs + index * minuteMs, totalMwh: index * mwhPerMinute });
  const page = ledger.unstored;
  if (page !== undefined) ledger.stored(page);
  pagesMs.push(performance.now() - startedMs);
  rows += page?.intervals.length ?? 0;
}
const pageMs = percentile(pagesMs, 0.99);
print(
  'meter-year.fold',
  pagesMs.reduce((sum, ms) => sum + ms, 0),
  'ms',
);
printAim('meter-year.page-p99', pageMs, 'ms', pageMs <= pageMsMax);
print('meter-year.intervals', rows, '');
print('meter-year.kept', (heapBytes() - before) / 1e6, 'MB');
