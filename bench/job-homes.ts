/**
 * The virtual home with jobs: invariants in homes of many seeds, through outages of the grid feed, kills and wrong
 * clocks, and bugs planted on purpose. `node dist/bench/job-homes.js [--homes 3] [--days 0.5]`
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../gateway/core/random.ts';
import { randomClockFaults } from '../sim/clock-faults.ts';
import type { HouseholdRunOptions, HouseholdRunResult } from '../sim/household-run.ts';
import { jobBugs } from '../sim/planted-job-bug.ts';
import { runVirtualHousehold } from '../sim/virtual-household.ts';
import { numberArgument, printAim } from './measure.ts';

const homes = numberArgument('homes', 3);
const days = numberArgument('days', 0.5);
const dayMs = 86_400_000;
/** Of four homes one has a clock that is wrong now and then. */
const clockEvery = 4;

async function live(options: Omit<HouseholdRunOptions, 'directory'>): Promise<HouseholdRunResult> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-job-homes-'));
  try {
    const home = { sources: ['p1', 'carbon', 'colours'], receiverFaults: {} } as const;
    return await runVirtualHousehold({ ...home, ...options, directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

let violating = 0;
let jobs = 0;
let missed = 0;
for (let seed = 1; seed <= homes; seed += 1) {
  const isClockWrong = seed % clockEvery === 0;
  const clockFaults = isClockWrong ? randomClockFaults(seededRandom(seed), 0.8 * days * dayMs) : undefined;
  const result = await live({
    ...{ seed, days, jobsPerDay: 96, restartsPerDay: 12 },
    ...(clockFaults && { clockFaults }),
  });
  for (const { atMs, rule, message } of result.violations)
    console.log(`# seed ${seed}: ${new Date(atMs).toISOString()} ${rule}: ${message}`);
  if (result.violations.length > 0) violating += 1;
  jobs += result.jobs?.given ?? 0;
  missed += result.jobs?.states.missed ?? 0;
}
const unit = `of ${homes}, ${homes * days} days, ${jobs} jobs, ${missed} missed while the gateway was off`;
printAim('job_homes_violating_an_invariant', violating, unit, violating === 0 && jobs > 0);

let found = 0;
for (const jobBug of jobBugs) {
  const { violations } = await live({ seed: 3, days: 1 / 24, jobsPerDay: 720, restartsPerDay: 100, jobBug });
  if (violations.some(({ rule }) => rule === 'jobs')) found += 1;
  else console.log(`# ${jobBug} was not found`);
}
printAim('job_homes_planted_bugs_found', found, `of ${jobBugs.length}`, found === jobBugs.length);
