import t from 'tap';
import { nightlyCases } from '../../../bench/carbon/nightly-cases.ts';
import { readCarbonFile } from '../../../bench/carbon/read-carbon-file.ts';
import {
  CarbonYear,
  foresight,
  persistence,
  plannedAgain,
  plannedOnce,
} from '../../../bench/carbon/shift-runs.ts';

const fixtures = new URL('../../features/jobs/fixtures/carbon/', import.meta.url);
const yearStartMs = Date.parse('2020-01-01T00:00Z');

/** Mean of the runs at 01:00, and how much less it is within so many hours, %: the table of the data's README. */
const published = {
  'fr-2020': { atOnce: '52.12', less: { 2: '-4.5', 4: '-5.9', 8: '-7.6' } },
  'gb-2020': { atOnce: '184.10', less: { 2: '-6.5', 4: '-8.4', 8: '-10.2' } },
} as const;

for (const [name, { atOnce, less }] of Object.entries(published)) {
  const year = new CarbonYear(readCarbonFile(new URL(`${name}.csv.gz`, fixtures).pathname));

  t.test(`with perfect foresight the plans of ${name} are as good as was published`, (t) => {
    const mean = (windowHours: number): number => {
      const cases = nightlyCases(yearStartMs, windowHours);
      const values = cases.map((shift) => year.meanOf(plannedOnce(shift, foresight(year)), shift.lengthMs));
      return values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / values.length;
    };
    t.equal(mean(0).toFixed(2), atOnce);
    for (const [hours, percent] of Object.entries(less)) {
      t.equal((100 * (mean(Number(hours)) / mean(0) - 1)).toFixed(1), percent, `±${hours} h`);
    }
    t.end();
  });
}

t.test(
  'with perfect foresight a job starts when it was first planned, however often it is planned again',
  (t) => {
    const year = new CarbonYear(readCarbonFile(new URL('gb-2020.csv.gz', fixtures).pathname));
    for (const shift of nightlyCases(yearStartMs, 8).slice(0, 40)) {
      const first = plannedOnce(shift, foresight(year));
      t.equal(plannedAgain(shift, foresight(year), year.slotMs), first);
    }
    t.end();
  },
);

t.test('what is forecast from a day before has nothing of what comes after now', (t) => {
  const year = new CarbonYear(readCarbonFile(new URL('fr-2020.csv.gz', fixtures).pathname));
  const nowMs = yearStartMs + 50 * 3_600_000;
  const range = { startMs: nowMs, endMs: nowMs + 60 * 3_600_000 };
  const said = persistence(year)(nowMs, range);
  t.equal(said.length, 120);
  const known = new CarbonYear(year.slots.slice(0, year.indexAfter(nowMs - 1)));
  t.strictSame(persistence(known)(nowMs, range), said);
  t.end();
});
