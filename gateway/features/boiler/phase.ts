/** What a boiler is at, minute by minute. */
export const phases = ['undefined', 'combustion', 'ignition', 'hold', 'stop', 'jam', 'watch'] as const;

export type Phase = (typeof phases)[number];

/** A number for each phase: how those who knew chaudiere call them. */
export type PhaseCodes = Readonly<Record<Phase, number>>;

export const defaultPhaseCodes: PhaseCodes = {
  undefined: 0,
  combustion: 6,
  ignition: 7,
  hold: 8,
  stop: 9,
  jam: 10,
  watch: 11,
};

/** What a minute [start, start + 60 s) was like, of what decides its phase. */
export interface PhaseMinute {
  /** UTC epoch ms, on the minute. */
  readonly startMs: number;
  /** °C, the mean of the good samples; null where there was none. */
  readonly waterC: number | null;
  /** Whether any good sample was on; null where there was none. */
  readonly isIgniterOn: boolean | null;
  readonly isPrimaryFanOn: boolean | null;
}

/** What the phases go by. Temperatures in °C, windows in whole minutes. */
export interface PhaseRules {
  /** Below it, strictly, the fire is in doubt. */
  readonly failureC: number;
  /** An ignition less than so long ago is to be watched. */
  readonly ignitionMinutes: number;
  /** A rise by more than `shortRiseC` within `shortMinutes` is to be watched. */
  readonly shortMinutes: number;
  readonly shortRiseC: number;
  /** A rise by less than `longRiseC` within `longMinutes` is a jam, or an empty silo. */
  readonly longMinutes: number;
  readonly longRiseC: number;
}

export const defaultPhaseRules: PhaseRules = {
  failureC: 56,
  ignitionMinutes: 20,
  shortMinutes: 10,
  shortRiseC: 0.2,
  longMinutes: 30,
  longRiseC: 1,
};
