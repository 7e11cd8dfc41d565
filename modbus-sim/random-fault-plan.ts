import { FaultPlan, isLastingKind } from './fault-plan.ts';
import type { FaultKind, FaultWindow } from './fault-plan.ts';
import { SeededRandom } from './random.ts';

export interface RandomFaultOptions {
  readonly startMs: number;
  readonly endMs: number;
  /** Mean simulated time from the end of a device's fault to its next. Default 3 h. */
  readonly gapMsMean?: number;
  /** Default: `usualFaultKinds`. */
  readonly kinds?: readonly [FaultKind, ...FaultKind[]];
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;

/** What happens in every home sooner or later. */
const usualFaultKinds = [
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

/** And what happens rarely. A list of its own, so that the plans of old seeds stay as they were. */
export const everyFaultKind = [
  ...usualFaultKinds,
  'mute',
  'reset',
  'counter-noise',
  'counter-jump',
  'device-swap',
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
  const kinds = options.kinds ?? usualFaultKinds;
  const faults: FaultWindow[] = [];
  let atMs = options.startMs + random.exponential(gapMsMean);
  while (atMs < options.endMs) {
    const fault = randomFault(random, random.pick(kinds), Math.floor(atMs));
    // What lasts, such as a new meter, is rare in life, so rarer here than the other kinds.
    if (!isLastingKind(fault.kind) || random.isLucky(0.25)) faults.push(fault);
    atMs = fault.endMs + secondMs + random.exponential(gapMsMean);
  }
  return faults;
}

/** How long they last, where that is all there is to say about them. */
const plainDurationsMs = {
  silent: [30 * secondMs, 30 * minuteMs],
  'half-open': [30 * secondMs, 30 * minuteMs],
  frozen: [30 * secondMs, 30 * minuteMs],
  mute: [30 * secondMs, 10 * minuteMs],
  reset: [30 * secondMs, 10 * minuteMs],
  garbage: [30 * secondMs, 10 * minuteMs],
  refuse: [30 * secondMs, 10 * minuteMs],
  reboot: [5 * secondMs, 90 * secondMs],
} as const satisfies Partial<Record<FaultKind, readonly [number, number]>>;

function isPlain(kind: FaultKind): kind is keyof typeof plainDurationsMs {
  return kind in plainDurationsMs;
}

function randomFault(random: SeededRandom, kind: FaultKind, startMs: number): FaultWindow {
  const until = (lowMs: number, highMs: number): { startMs: number; endMs: number } => ({
    startMs,
    endMs: startMs + random.integer(lowMs, highMs),
  });
  if (isPlain(kind)) return { kind, ...until(...plainDurationsMs[kind]) };
  switch (kind) {
    case 'slow': {
      const isPastAnyTimeOut = random.isLucky(0.5);
      const delayMs = isPastAnyTimeOut ? random.integer(6000, 20_000) : random.integer(100, 900);
      return { kind, delayMs, ...until(minuteMs, 10 * minuteMs) };
    }
    case 'exception':
      return { kind, code: random.pick([4, 5, 6, 0x0a, 0x0b]), ...until(30 * secondMs, 10 * minuteMs) };
    case 'counter-noise':
      return { kind, byWh: random.integer(1, 50), ...until(30 * secondMs, 10 * minuteMs) };
    case 'counter-reset':
      return { kind, startMs, endMs: startMs };
    case 'counter-jump':
      return { kind, startMs, endMs: startMs, byWh: random.integer(-500_000, 5_000_000) };
    case 'device-swap':
      return { kind, startMs, endMs: startMs, serialNumber: String(random.integer(10_000_000, 99_999_999)) };
  }
}
