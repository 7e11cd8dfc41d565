import type { Random } from '../gateway/core/random.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/**
 * What can happen to the clock of a machine whose time service tells when it has set it.
 * - `boot_without_clock`: the machine starts anew in 1970, and gets its time at the end
 * - `boot_in_the_past`: the same, at a plausible time, two days ago
 * - `step_hour_back`, `step_day_ahead`, `step_ten_years`: somebody sets it wrong, and the time service right at the end
 * - `suspend`: the machine sleeps for so long
 */
const clockFaultKinds = [
  'boot_without_clock',
  'boot_in_the_past',
  'step_hour_back',
  'step_day_ahead',
  'step_ten_years',
  'suspend',
] as const;

export type ClockFaultKind = (typeof clockFaultKinds)[number];

export interface ClockFault {
  readonly kind: ClockFaultKind;
  /** Since the start of the run, by the monotonic clock. */
  readonly atMs: number;
  readonly lengthMs: number;
}

/** Something that happens at a time. */
export interface ClockMoment {
  readonly atMs: number;
  /** The gateway is not running while it happens. */
  readonly isBoot: boolean;
  happen(clock: SimulatedClock): void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const stepMs = { step_hour_back: -hourMs, step_day_ahead: dayMs, step_ten_years: 3_653 * dayMs } as const;

/** What happens because of the faults, in order. */
export function clockMoments(faults: readonly ClockFault[]): readonly ClockMoment[] {
  return faults.flatMap(momentsOf).sort((a, b) => a.atMs - b.atMs);
}

function momentsOf({ kind, atMs, lengthMs }: ClockFault): ClockMoment[] {
  if (kind === 'suspend') return [{ atMs, isBoot: false, happen: (clock) => clock.suspend(lengthMs) }];
  const end: ClockMoment = { atMs: atMs + lengthMs, isBoot: false, happen: (clock) => clock.synchronize() };
  if (kind === 'boot_without_clock' || kind === 'boot_in_the_past') {
    const happen = (clock: SimulatedClock): void => {
      clock.isSynchronized = false;
      clock.restartMachine(kind === 'boot_without_clock' ? 0 : clock.truth() - 2 * dayMs);
    };
    return [{ atMs, isBoot: true, happen }, end];
  }
  const happen = (clock: SimulatedClock): void => {
    clock.isSynchronized = false;
    clock.stepWall(stepMs[kind]);
  };
  return [{ atMs, isBoot: false, happen }, end];
}

const minuteMs = 60_000;

/** Faults one after another, with well times of a few minutes in between; the last one is over before the end. */
export function randomClockFaults(random: Random, untilMs: number): readonly ClockFault[] {
  const faults: ClockFault[] = [];
  let atMs = 0;
  for (;;) {
    atMs += (5 + random.integer(20)) * minuteMs + random.integer(minuteMs);
    const kind = clockFaultKinds[random.integer(clockFaultKinds.length)] ?? 'suspend';
    // What is stored is checked by whole hours.
    const lengthMs = kind === 'suspend' ? (1 + random.integer(12)) * hourMs : random.integer(hourMs);
    const endMs = atMs + (kind === 'suspend' ? 0 : lengthMs);
    if (endMs > untilMs - 10 * minuteMs) return faults;
    faults.push({ kind, atMs, lengthMs });
    // A restart that falls into a boot takes minutes of its own.
    atMs = endMs;
  }
}
