/**
 * What it costs to compute the phases of a boiler again: seven inputs of a boiler each 5 s, from their minutes; beside
 * reading the same raw readings as columns, and beside chaudiere's way, a single-row SELECT for each minute that it
 * looks back at. `node --expose-gc dist/bench/boiler-recompute.js [--days 3.5]`; 35 is the full figure.
 */
import { silentLogger } from '../gateway/core/logger.ts';
import { findInputs } from '../gateway/features/boiler/input-directory.ts';
import { boilerSettings } from '../gateway/features/boiler/boiler-section.ts';
import { recomputePhases } from '../gateway/features/boiler/recompute-phases.ts';
import { defaultPhaseRules } from '../gateway/features/boiler/phase.ts';
import { openWorkerDatabase } from '../gateway/storage/index.ts';
import type { Database, RawColumns } from '../gateway/storage/store-calls.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { boilerSeriesKeys, makeBoilerHistory } from './boiler/boiler-history.ts';
import { singleRowPhases } from './boiler/single-row-phases.ts';
import { temporaryDirectory } from './gateway/gateway-process.ts';
import { cpuMs, numberArgument, print, printAim } from './measure.ts';

const days = numberArgument('days', 3.5);
const zone = 'Europe/Paris';
const minuteMs = 60_000;
const minutes = Math.round(days * 1_440);
const startMs = Date.UTC(2025, 11, 1);
const endMs = startMs + minutes * minuteMs;
const sampleEveryMs = 20;
/** What 35 days may take of time and memory. */
const fullDays = 35;
const fullSecondsMax = 10;
const memoryMbMax = 64;
/** The highest that can be configured: most minutes look back. */
const coldFailureC = 75;

const { path: directory, remove } = temporaryDirectory();
const readings = await makeBoilerHistory({ directory, zone, startMs, endMs });
print('boiler_recompute.readings', readings, '');
const database = await openWorkerDatabase(
  { directory, zone, nowMs: endMs },
  { clock: realClock, alarm: createRealAlarm(realClock), logger: silentLogger },
);
const raw = await timed(async () => await readRaw(database));
print('boiler_recompute.raw_columns', raw.ms / 1_000, 's');
const warmRate = await measureOurs(database);
const coldRate = minutes / ((await timed(async () => await recompute(database, coldFailureC))).ms / 1_000);
await database.close();
comparePeer('warm', defaultPhaseRules.failureC, warmRate);
comparePeer('cold', coldFailureC, coldRate);
remove();

/** Answers phases a second. */
async function measureOurs(store: Database): Promise<number> {
  const first = await timed(async () => await recompute(store, defaultPhaseRules.failureC));
  const again = await timed(async () => await recompute(store, defaultPhaseRules.failureC));
  print('boiler_recompute.stretches', first.result, '');
  printAim('boiler_recompute.changed_the_second_time', again.result, '', again.result === 0);
  const fullSeconds = (first.ms / 1_000) * (fullDays / days);
  printAim('boiler_recompute.time_of_35_days', fullSeconds, 's', fullSeconds <= fullSecondsMax);
  print('boiler_recompute.processor_time', first.cpuMs / 1_000, 's');
  print('boiler_recompute.readings_rate', readings / (first.ms / 1_000), '/s');
  const memoryMb = first.peakBytes / 1e6;
  printAim('boiler_recompute.peak_memory', memoryMb, 'MB', memoryMb <= memoryMbMax);
  print('boiler_recompute.times_raw', first.ms / raw.ms, '');
  return minutes / (first.ms / 1_000);
}

/** Answers how many stretches came out otherwise. */
async function recompute(store: Database, failureC: number): Promise<number> {
  const settings = boilerSettings({ inputs: boilerInputs() });
  const inputs = findInputs(settings?.inputs ?? new Map(), await store.call('listSeries'));
  const ports = { store, boiler: 'boiler', rules: { ...defaultPhaseRules, failureC }, inputs };
  const range = { fromMs: startMs, toMs: endMs, isDryRun: false, isLate: false };
  const { changes } = await recomputePhases(ports, { ...range, signal: new AbortController().signal });
  return changes.length;
}

function comparePeer(name: string, failureC: number, ourRate: number): void {
  const { selects, phasesPerSecond } = singleRowPhases({ startMs, minutes, failureC });
  print(`boiler_recompute.${name}.phases`, ourRate, '/s');
  print(`boiler_recompute.${name}.single_rows_per_minute`, selects / minutes, '');
  print(`boiler_recompute.${name}.single_row_phases`, phasesPerSecond, '/s');
  print(`boiler_recompute.${name}.times_single_row`, ourRate / phasesPerSecond, '');
}

function boilerInputs(): Readonly<Record<string, string>> {
  return Object.fromEntries(boilerSeriesKeys.map(({ input, device }) => [input, device]));
}

/** All readings of all inputs, once. */
async function readRaw(store: Database): Promise<number> {
  let count = 0;
  for (const { id } of await store.call('listSeries')) {
    for (let fromMs: number | undefined = startMs; fromMs !== undefined;) {
      const page: RawColumns = await store.call('rawColumns', {
        ...{ series: id, fromMs, toMs: endMs, rowsMax: 100_000 },
      });
      count += page.atMs.length;
      fromMs = page.nextFromMs;
    }
  }
  return count;
}

/** Time, processor time and the most memory that it took beyond what was there. */
async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; ms: number; cpuMs: number; peakBytes: number }> {
  (globalThis as { gc?: () => void }).gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), sampleEveryMs);
  const [begunMs, begunCpuMs] = [performance.now(), cpuMs()];
  const result = await work();
  const [ms, ownCpuMs] = [performance.now() - begunMs, cpuMs() - begunCpuMs];
  clearInterval(sampling);
  peak = Math.max(peak, process.memoryUsage.rss());
  return { result, ms, cpuMs: ownCpuMs, peakBytes: peak - before };
}
