import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../gateway/core/random.ts';
import { randomClockFaults } from '../sim/clock-faults.ts';
import type { DeliveryAccount } from '../sim/delivery-watch.ts';
import type { HouseholdRunOptions, HouseholdRunResult } from '../sim/household-run.ts';
import { outsideBugs } from '../sim/planted-outside-bug.ts';
import { runVirtualHousehold } from '../sim/virtual-household.ts';

/**
 * Sources and sinks in virtual time, in full: homes of many seeds in which services, receivers and the gateway itself
 * fail; a sink that is killed for a week; a source that hangs.
 */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const startMs = Date.UTC(2026, 2, 27);
const seeds = Array.from({ length: 12 }, (_, index) => index + 1);
const clockSeeds = seeds.slice(0, 6);
const outageSeeds = seeds.slice(0, 3);
const well = { serviceFaults: {}, receiverFaults: { server: [] }, restartsPerDay: 0 } as const;

type Options = Omit<HouseholdRunOptions, 'directory'>;

async function live(options: Options): Promise<HouseholdRunResult> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-outside-'));
  try {
    return await runVirtualHousehold({ ...options, directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function figure(name: string, value: number | string, unit: string, isGood: boolean): void {
  console.log(`${name} ${value} ${unit} ${isGood ? 'pass' : 'fail'}`);
}

async function measureHomes(): Promise<void> {
  let violations = 0;
  let days = 0;
  for (const seed of seeds) {
    const result = await live({ seed, days: 0.5, restartsPerDay: 24 });
    for (const { atMs, rule, message } of result.violations)
      console.log(`# seed ${seed}: ${new Date(atMs).toISOString()} ${rule}: ${message}`);
    if (result.violations.length > 0) violations += 1;
    days += 0.5;
  }
  figure(
    'households-violating-an-invariant',
    violations,
    `of ${seeds.length}, ${days} days`,
    violations === 0,
  );
  await measureWrongClocks();
  const options = { seed: 21, days: 0.25, restartsPerDay: 24 };
  const isSame = (await live(options)).hash === (await live(options)).hash;
  figure('household-hashes-that-differ-for-one-seed', isSame ? 0 : 1, 'of 1', isSame);
}

async function measureWrongClocks(): Promise<void> {
  let violations = 0;
  for (const seed of clockSeeds) {
    const clockFaults = randomClockFaults(seededRandom(seed), dayMs / 4);
    const result = await live({ seed, days: 0.25, restartsPerDay: 60, clockFaults });
    for (const { atMs, rule, message } of result.violations)
      console.log(`# clock seed ${seed}: ${new Date(atMs).toISOString()} ${rule}: ${message}`);
    if (result.violations.length > 0) violations += 1;
  }
  const unit = `of ${clockSeeds.length}`;
  figure('households-with-wrong-clocks-violating-an-invariant', violations, unit, violations === 0);
}

async function measureOutage(): Promise<void> {
  const killed = {
    startMs: startMs + 2 * hourMs,
    endMs: startMs + 2 * hourMs + 7 * dayMs,
    trouble: 'killed',
  } as const;
  const accounts: DeliveryAccount[] = [];
  for (const seed of outageSeeds) {
    const receiverFaults = { server: [killed] };
    const { deliveries } = await live({ ...well, seed, days: 7.25, sources: [], receiverFaults });
    accounts.push(...Object.values(deliveries));
  }
  const sum = (of: (account: DeliveryAccount) => number): number =>
    accounts.reduce((total, account) => total + of(account), 0);
  const readings = sum(({ committed }) => committed);
  const lost = sum((account) => account.lost);
  const doubled = sum(({ foreign, changed }) => foreign + changed);
  const liveAgainMs = accounts.flatMap((account) => account.liveAgainMs);
  const worstMs = liveAgainMs.length === outageSeeds.length ? Math.max(...liveAgainMs) : Infinity;
  figure('sink-killed-7-days-readings-lost', lost, `of ${readings}`, lost === 0 && readings > 0);
  figure('sink-killed-7-days-readings-doubled', doubled, `of ${readings}`, doubled === 0);
  figure('sink-killed-7-days-live-again', worstMs, 'ms', worstMs <= 5_000);
}

async function measureBackends(): Promise<void> {
  const own = { ...well, receiverFaults: {}, sources: [], backend: 'drawn', restartsPerDay: 30 } as const;
  let [violations, readings] = [0, 0];
  for (const seed of seeds) {
    const clockFaults = randomClockFaults(seededRandom(seed), dayMs / 4);
    const isClockWrong = seed % 3 === 0;
    const result = await live({ ...own, seed, days: 0.25, ...(isClockWrong && { clockFaults }) });
    for (const { atMs, rule, message } of result.violations)
      console.log(`# backend seed ${seed}: ${new Date(atMs).toISOString()} ${rule}: ${message}`);
    if (result.violations.length > 0) violations += 1;
    readings += result.uplink?.delivered ?? 0;
  }
  const unit = `of ${seeds.length}, ${readings} readings delivered`;
  figure('homes-with-a-backend-violating-an-invariant', violations, unit, violations === 0 && readings > 0);
}

async function measureHanging(): Promise<void> {
  const usual = await live({ ...well, seed: 4, days: 0.25 });
  let [late, tasks] = [0, 0];
  for (const id of ['p1', 'plug', 'weather', 'heating', 'carbon', 'colours'] as const) {
    const fault = { startMs, endMs: Infinity, trouble: { kind: 'hangs' } } as const;
    const { worstGapMs } = await live({ ...well, seed: 4, days: 0.25, serviceFaults: { [id]: [fault] } });
    for (const [task, gapMs] of Object.entries(usual.worstGapMs)) {
      if (task === `source:${id}`) continue;
      tasks += 1;
      if ((worstGapMs[task] ?? Infinity) > gapMs) late += 1;
    }
  }
  figure('delayed-by-a-source-that-hangs', late, `of ${tasks} sources and devices`, late === 0 && tasks > 0);
}

async function measureBugs(): Promise<void> {
  const hourly = Array.from({ length: 9 }, (_, hour) => {
    const atMs = startMs + (hour + 0.5) * hourMs;
    return { startMs: atMs, endMs: atMs + 10 * minuteMs, trouble: 'killed' } as const;
  });
  let found = 0;
  for (const plantedBug of outsideBugs) {
    const receiverFaults = { server: hourly };
    const faulty = await live({ seed: 5, days: 0.5, restartsPerDay: 60, receiverFaults, plantedBug });
    if (faulty.violations.length > 0) found += 1;
    else console.log(`# ${plantedBug} was not found`);
  }
  figure('planted-outside-bugs-found', found, `of ${outsideBugs.length}`, found === outsideBugs.length);
}

await measureHomes();
await measureOutage();
await measureBackends();
await measureHanging();
await measureBugs();
