import type { Clock } from './clock.ts';

/** Milliseconds since the machine started, with the time it slept. Never steps, never goes back. */
export type SteadyMs = number & { readonly __brand: 'steady' };

/** What speaks for the wall clock. Times are what that witness says it is or was, UTC epoch ms. */
export interface ClockEvidence {
  /** When a time service last set the wall clock, by the wall clock; undefined when none says so. */
  readonly synchronizedMs: number | undefined;
  /** The time of a clock with a battery; undefined where there is none. */
  readonly hardwareMs: number | undefined;
  /** A time service is there, which would say when it has set the clock. */
  readonly hasTimeService: boolean;
}

/** The machine's clocks, and what it knows of them. The wall clock may say anything. */
export interface MachineClock extends Clock {
  steady(): SteadyMs;
  /**
   * What `steady` counts from, unique for ever: the same for all processes of one start of the machine, or of
   * this process alone where the machine does not tell.
   */
  readonly timeline: string;
  /** May read files: not for every reading. */
  evidence(): ClockEvidence;
}

/** `wall`: UTC epoch ms. `steady`: `SteadyMs`, of a time when it was not known how late it is. */
export type TimeBasis = 'wall' | 'steady';

export interface TimeStamp {
  readonly basis: TimeBasis;
  /** Whole milliseconds. */
  readonly atMs: number;
}

/** A clock for things that are kept: it says when its wall time is not to be relied on. */
export interface StampingClock extends Clock, Pick<MachineClock, 'steady' | 'timeline'> {
  stamp(): TimeStamp;
}

export function steadyMs(value: number): SteadyMs {
  return value as SteadyMs;
}
