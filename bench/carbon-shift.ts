/**
 * What the planner saves over a year of carbon intensity: with perfect foresight, beside the published figures, and how
 * much of that our own forecast keeps. `node dist/bench/carbon-shift.js [--every 7] [--seed 1] [--file year.csv]`:
 * of every so manieth day; all with 1.
 */
import { basename } from 'node:path';
import { forecastSignal } from '../gateway/features/grid/forecast-signal.ts';
import { SeededRandom } from '../modbus-sim/random.ts';
import { dailyCases } from './carbon/daily-cases.ts';
import { nightlyCases } from './carbon/nightly-cases.ts';
import { readCarbonFile } from './carbon/read-carbon-file.ts';
import { shiftPolicies, type ShiftPolicy } from './carbon/shift-policies.ts';
import { CarbonYear, type ShiftCase } from './carbon/shift-runs.ts';
import { numberArgument, print, printAim, textArgument } from './measure.ts';

const fixtures = 'test/features/jobs/fixtures/carbon';
/** Mean at 01:00, and within ±2, ±4 and ±8 hours of it: % less. */
const published: Readonly<Record<string, readonly [number, number, number, number]>> = {
  'fr-2020': [52.12, 4.5, 5.9, 7.6],
  'gb-2020': [184.1, 6.5, 8.4, 10.2],
};
const windows = [2, 4, 8];
const lengths = [0.5, 2, 4];

const every = numberArgument('every', 7);
const seed = numberArgument('seed', 1);
const file = textArgument('file');
for (const path of file === undefined ? Object.keys(published).map(fixtureOf) : [file]) report(path);

function fixtureOf(name: string): string {
  return `${fixtures}/${name}.csv.gz`;
}

function report(path: string): void {
  const name = basename(path).replace(/\.csv(\.gz)?$/, '');
  const year = new CarbonYear(readCarbonFile(path));
  const policies = shiftPolicies(year, forecastSignal);
  const yearStartMs = firstYear(year);
  reportPublished(name, year, { policies, yearStartMs });
  for (const hours of windows) {
    const cases = nightlyCases(yearStartMs, hours).filter((_, index) => index % every === 0);
    const dueOf = ({ lastMs }: ShiftCase): number => lastMs - hours * 3_600_000;
    reportKept(`carbon_shift.${name}.nightly_${hours}h`, year, { cases, policies, atOnce: dueOf });
  }
  for (const hours of lengths) {
    const random = new SeededRandom(`carbon shift ${seed} ${name} ${hours}`);
    const cases = dailyCases(yearStartMs, hours, random).filter((_, index) => index % every === 0);
    const label = `carbon_shift.${name}.within_24h_${hours}h_job`;
    reportKept(label, year, { cases, policies, atOnce: ({ firstMs }) => firstMs });
  }
}

/** Of the first year that the data have ten days of history before, so that there is a forecast from its first day. */
function firstYear(year: CarbonYear): number {
  const earliestMs = (year.slots[0]?.startMs ?? 0) + 10 * 86_400_000;
  const first = new Date(earliestMs);
  const thisYearMs = Date.UTC(first.getUTCFullYear(), 0, 1);
  return thisYearMs >= earliestMs ? thisYearMs : Date.UTC(first.getUTCFullYear() + 1, 0, 1);
}

interface Published {
  readonly policies: Readonly<Record<string, ShiftPolicy>>;
  readonly yearStartMs: number;
}

function reportPublished(name: string, year: CarbonYear, { policies, yearStartMs }: Published): void {
  const figures = published[name];
  const { best } = policies;
  if (figures === undefined || best === undefined) return;
  const meanWithin = (hours: number): number => meanOf(nightlyCases(yearStartMs, hours), year, best);
  const atOnce = meanWithin(0);
  printAim(`carbon_shift.${name}.at_01h`, atOnce, 'g/kWh', atOnce.toFixed(2) === figures[0].toFixed(2));
  for (const [index, hours] of windows.entries()) {
    const less = 100 * (1 - meanWithin(hours) / atOnce);
    const isSame = less.toFixed(1) === figures[index + 1]?.toFixed(1);
    printAim(`carbon_shift.${name}.nightly_${hours}h.best_saves`, less, '%', isSame);
  }
}

interface Comparison {
  readonly cases: readonly ShiftCase[];
  readonly policies: Readonly<Record<string, ShiftPolicy>>;
  readonly atOnce: ShiftPolicy;
}

/** For each policy the share of what perfect foresight saves, %. */
function reportKept(label: string, year: CarbonYear, { cases, policies, atOnce }: Comparison): void {
  const known = cases.filter(
    ({ firstMs, lastMs, lengthMs }) => year.meanOf(firstMs, lastMs + lengthMs - firstMs) !== undefined,
  );
  const before = meanOf(known, year, atOnce);
  const best = meanOf(known, year, policies['best'] ?? atOnce);
  print(`${label}.jobs`, known.length, 'jobs');
  print(`${label}.best_saves`, 100 * (1 - best / before), '%');
  const kept = new Map<string, number>();
  for (const [name, policy] of Object.entries(policies)) {
    if (name === 'best') continue;
    kept.set(name, (100 * (before - meanOf(known, year, policy))) / (before - best));
    print(`${label}.${name}_keeps`, kept.get(name) ?? Number.NaN, '%');
  }
  const [own, dayBefore] = [kept.get('own_forecast') ?? 0, kept.get('day_before') ?? 0];
  printAim(`${label}.own_beyond_day_before`, own - dayBefore, 'points', own > dayBefore);
}

function meanOf(cases: readonly ShiftCase[], year: CarbonYear, policy: ShiftPolicy): number {
  const means = cases.map((shift) => year.meanOf(policy(shift), shift.lengthMs) ?? Number.NaN);
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}
