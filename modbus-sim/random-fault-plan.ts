import { FaultPlan } from './fault-plan.ts';
import type { FaultKind, FaultWindow } from './fault-plan.ts';
import { SeededRandom } from './random.ts';

export interface RandomFaultOptions {
  readonly startMs: number;
  readonly endMs: number;
  /** Mean simulated time from the end of a device's fault to its next. Default 3 h. */
  readonly gapMsMean?: number;
  /** Default: all of them. */
  readonly kinds?: readonly [FaultKind, ...FaultKind[]];
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;

const allKinds = [
  'silent',
  'slow',
  'exception',
  'garbage',
  'half-open',
  'refuse',
  'reboot',
  'counter-reset',
  'frozen',
] as const satisfies readonly FaultKind[];

/** A fault plan from a seed. A device's faults depend on the seed, its id and the options, not on the other devices. */
export function randomFaultPlan(
  seed: number,
  deviceIds: readonly string[],
  options: RandomFaultOptions,
): FaultPlan {
  const windows: Record<string, FaultWindow[]> = {};
  for (const deviceId of deviceIds) {
    windows[deviceId] = deviceFaults(new SeededRandom(seed).fork(`faults ${deviceId}`), options);
  }
  return new FaultPlan(seed, windows);
}

function deviceFaults(random: SeededRandom, options: RandomFaultOptions): FaultWindow[] {
  const gapMsMean = options.gapMsMean ?? 180 * minuteMs;
  const kinds = options.kinds ?? allKinds;
  const faults: FaultWindow[] = [];
  let atMs = options.startMs + random.exponential(gapMsMean);
  while (atMs < options.endMs) {
    const fault = randomFault(random, random.pick(kinds), Math.floor(atMs));
    // A counter reset stands for a new meter: rare in life, so rarer here than the other kinds.
    if (fault.kind !== 'counter-reset' || random.isLucky(0.25)) faults.push(fault);
    atMs = fault.endMs + secondMs + random.exponential(gapMsMean);
  }
  return faults;
}

function randomFault(random: SeededRandom, kind: FaultKind, startMs: number): FaultWindow {
  const until = (lowMs: number, highMs: number): { startMs: number; endMs: number } => ({
    startMs,
    endMs: startMs + random.integer(lowMs, highMs),
  });
  switch (kind) {
    case 'slow': {
      const isPastAnyTimeOut = random.isLucky(0.5);
      const delayMs = isPastAnyTimeOut ? random.integer(6000, 20_000) : random.integer(100, 900);
      return { kind, delayMs, ...until(minuteMs, 10 * minuteMs) };
    }
    case 'exception':
      return { kind, code: random.pick([4, 5, 6, 0x0a, 0x0b]), ...until(30 * secondMs, 10 * minuteMs) };
    case 'reboot':
      return { kind, ...until(5 * secondMs, 90 * secondMs) };
    case 'counter-reset':
      return { kind, startMs, endMs: startMs };
    case 'garbage':
    case 'refuse':
      return { kind, ...until(30 * secondMs, 10 * minuteMs) };
    case 'silent':
    case 'half-open':
    case 'frozen':
      return { kind, ...until(30 * secondMs, 30 * minuteMs) };
  }
}
