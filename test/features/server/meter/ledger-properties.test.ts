import fc from 'fast-check';
import t from 'tap';
import '../../../property-seed.ts';
import { meteredDays } from '../../../../gateway/core/metered-day.ts';
import { tariffBandInterval } from '../../../../gateway/core/tariff-band.ts';
import { MeterLedger } from '../../../../gateway/features/server/meter/meter-ledger.ts';
import type { MeterReading } from '../../../../gateway/features/server/meter/meter-reading.ts';
import { Cells, flush } from './ledger-rows.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** From one reading to the next. */
interface Step {
  readonly afterMs: number;
  /** Mean power meanwhile, W; less than any home can draw. */
  readonly watts: number;
  /** Another plug, which begins with so much and is read three times in a minute; undefined: none. */
  readonly plugMwh: number | undefined;
  /** Nonsense comes before it. */
  readonly nonsense: number | undefined;
}

const afterMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 * minuteMs }) },
  { weight: 3, arbitrary: fc.integer({ min: 5 * minuteMs, max: dayMs }) },
  { weight: 1, arbitrary: fc.integer({ min: dayMs, max: 12 * dayMs }) },
  // Onto a boundary of bands now and then.
  { weight: 1, arbitrary: fc.constantFrom(16 * 3_600_000, 8 * 3_600_000, dayMs) },
);

const step: fc.Arbitrary<Step> = fc.record({
  afterMs,
  watts: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3_000 })),
  plugMwh: fc.option(fc.integer({ min: 0, max: 5_000_000 }), { nil: undefined, freq: 12 }),
  nonsense: fc.option(fc.constantFrom(0, 900_000_000_000), { nil: undefined, freq: 12 }),
});

/** Around both nights in which the clocks are set, and in between; on a boundary as well. */
const start = fc.oneof(
  fc.integer({ min: Date.UTC(2025, 2, 25), max: Date.UTC(2025, 3, 2) }),
  fc.integer({ min: Date.UTC(2025, 9, 20), max: Date.UTC(2025, 9, 30) }),
  fc.constantFrom(Date.UTC(2025, 0, 10, 5), Date.UTC(2025, 0, 10, 21)),
);

interface Told {
  readonly readings: readonly MeterReading[];
  /** What the meters counted between readings that one meter has said, mWh. */
  readonly countedMwh: number;
  readonly restarts: number;
}

/** What a plug says, and the ones that come in its place. */
function tell(fromMs: number, steps: readonly Step[], firstMwh: number): Told {
  const readings: MeterReading[] = [{ atMs: fromMs, totalMwh: firstMwh }];
  let [atMs, totalMwh, countedMwh, restarts] = [fromMs, firstMwh, 0, 0];
  const say = (): void => {
    readings.push({ atMs, totalMwh });
  };
  for (const { afterMs: byMs, watts, plugMwh, nonsense } of steps) {
    const isOther = plugMwh !== undefined && plugMwh + 100 < totalMwh;
    if (nonsense !== undefined && !isOther) readings.push({ atMs: (atMs += 1), totalMwh: nonsense });
    atMs += byMs;
    if (isOther) {
      restarts += 1;
      totalMwh = plugMwh;
      say();
      for (let count = 0; count < 2; count += 1) {
        [atMs, totalMwh, countedMwh] = [atMs + 20_000, totalMwh + 4, countedMwh + 4];
        say();
      }
      continue;
    }
    const grown = Math.floor((watts * byMs) / 3_600);
    totalMwh += grown;
    countedMwh += grown;
    say();
  }
  return { readings, countedMwh, restarts };
}

const told = fc
  .tuple(start, fc.array(step, { minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 1e10 }))
  .map(([fromMs, steps, firstMwh]) => tell(fromMs, steps, firstMwh));

function cellsOf(
  readings: readonly MeterReading[],
  startDate?: string,
): { cells: Cells; ledger: MeterLedger } {
  const [ledger, cells] = [new MeterLedger(startDate, undefined), new Cells()];
  for (const reading of readings) ledger.take(reading);
  flush(ledger, cells);
  return { cells, ledger };
}

t.test('all that was counted is given to some band, to the mWh, and nothing else', (t) => {
  fc.assert(
    fc.property(told, ({ readings, countedMwh, restarts }) => {
      const { cells, ledger } = cellsOf(readings);
      return cells.mwh === countedMwh && ledger.mark?.restarts === restarts;
    }),
    { numRuns: 400 },
  );
  t.end();
});

t.test('the first total is given to the days before, to the mWh', (t) => {
  fc.assert(
    fc.property(told, fc.integer({ min: 0, max: 90 }), ({ readings, countedMwh }, days) => {
      const [first] = readings;
      const startDate = new Date((first?.atMs ?? 0) - days * dayMs).toISOString().slice(0, 10);
      const { cells, ledger } = cellsOf(readings, startDate);
      const before = ledger.mark?.firstDay === startDate && days > 1 ? (first?.totalMwh ?? 0) : undefined;
      return before === undefined || cells.mwh === before + countedMwh;
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('stretches lie in their bands, do not overlap, and add up to their days', (t) => {
  fc.assert(
    fc.property(told, ({ readings }) => {
      const { intervals } = cellsOf(readings).cells;
      let beforeMs = -Infinity;
      for (const { day, band, startMs, endMs, kind, mwh, startTotalMwh, endTotalMwh } of intervals) {
        const whole = tariffBandInterval(day, band);
        if (startMs < Math.max(beforeMs, whole.startMs) || endMs > whole.endMs || endMs <= startMs)
          return false;
        if ((mwh === null) !== (kind === 'down') || (mwh ?? 0) < 0) return false;
        if (startTotalMwh !== null && endTotalMwh !== null && endTotalMwh - startTotalMwh !== mwh)
          return false;
        beforeMs = endMs;
      }
      const ofDays = meteredDays(intervals).flatMap(({ bands }) => [bands.peak, bands['off-peak']]);
      const sum = ofDays.reduce((total, { mwh }) => total + (mwh ?? 0), 0);
      return sum === intervals.reduce((total, { mwh }) => total + (mwh ?? 0), 0);
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('in any batches, with a start anew after any of them, and twice, it comes to the same', (t) => {
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(told, cuts, fc.boolean(), ({ readings }, sizes, isTwice) => {
      const whole = cellsOf(readings).cells.intervals;
      const cells = new Cells();
      let ledger = new MeterLedger(undefined, undefined);
      let to = 0;
      for (let index = 0; to < readings.length; index += 1) {
        to += sizes[index % sizes.length] ?? 1;
        // From the first reading on, as after a kill: what is before the mark changes nothing.
        for (const reading of readings.slice(0, to)) ledger.take(reading);
        if (isTwice) for (const reading of readings.slice(0, to)) ledger.take(reading);
        flush(ledger, cells);
        const { mark } = ledger;
        if (index % 3 !== 2)
          ledger = new MeterLedger(undefined, mark && { mark, intervals: cells.intervals });
      }
      return JSON.stringify(cells.intervals) === JSON.stringify(whole);
    }),
    { numRuns: 200 },
  );
  t.end();
});
