/**
 * The whole firmware while the clock starts in the past, is set wrong by years, or sleeps; and days whose hours are
 * 23, 24 and 25. `node dist/bench/clock-faults.js [--lives 2] [--seed 1]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../gateway/core/random.ts';
import { randomClockFaults, type ClockFault } from '../sim/clock-faults.ts';
import { runVirtualHome, type VirtualRunOptions, type VirtualRunResult } from '../sim/virtual-home.ts';
import { dstZones, goThroughDays } from './clock/local-years.ts';
import { numberArgument, printAim } from './measure.ts';

const hourMs = 3_600_000;
const lives = numberArgument('lives', 2);
const seed = numberArgument('seed', 1);
const hours = 6;

async function live(options: Omit<VirtualRunOptions, 'directory' | 'faults'>): Promise<VirtualRunResult> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-clock-'));
  try {
    return await runVirtualHome({ ...options, directory, faults: {} });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

let [faults, readings, violations, checks] = [0, 0, 0, 0];

async function liveWith(
  clockFaults: readonly ClockFault[],
  options: Omit<VirtualRunOptions, 'directory' | 'faults'>,
): Promise<void> {
  const result = await live({ ...options, clockFaults });
  faults += clockFaults.length;
  readings += result.readings;
  checks += result.checks;
  violations += result.violations.length;
  for (const { message } of result.violations) console.error(`seed ${options.seed}: ${message}`);
}

for (let run = seed; run < seed + lives; run += 1) {
  const clockFaults = randomClockFaults(seededRandom(run), hours * hourMs);
  await liveWith(clockFaults, { seed: run, days: hours / 24, restartsPerDay: 8 });
}
const decade: ClockFault = { kind: 'step_ten_years', atMs: hourMs, lengthMs: 24 * hourMs };
await liveWith([decade], { seed, days: 27 / 24, periodMs: 60_000, restartsPerDay: 0 });
printAim('clock_faults', faults, 'faults', faults > lives);
printAim('clock_faults_readings', readings, 'readings', readings > 0);
printAim('clock_faults_checks', checks, 'checks', checks > readings);
printAim('readings_or_polls_wrong_by_clock_faults', violations, 'violations', violations === 0);

const years = dstZones.map((zone) => goThroughDays(zone, Date.UTC(2026, 6, 1), 366));
const wrong = years.flatMap((year) => year.wrong);
for (const line of wrong) console.error(line);
const windows = years.reduce((total, year) => total + year.days + year.hours + year.quarters, 0);
printAim('local_days_hours_and_quarters', windows, 'windows', years.length === 5);
printAim('local_windows_missing_or_twice', wrong.length, 'windows', wrong.length === 0);
