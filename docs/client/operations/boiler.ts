// Made by scripts/make-client.mjs from what the commands declare.
type BoilerStatusInput = Record<string, never>;

interface BoilerStatusOutput {
  /** For people */
  name: string;
  comment: string;
  phase: 'undefined' | 'combustion' | 'ignition' | 'hold' | 'stop' | 'jam' | 'watch' | null;
  /** Number of the phase: boiler.codes */
  code: number | null;
  /** Since when it is in this phase */
  sinceMs: number | null;
  /** Its minute is not closed yet */
  isProvisional: boolean;
  /** Up to here phases are for good */
  closedToMs: number | null;
  /** Whether people are told: boiler.alerts */
  isTold: boolean;
  /** Water now, °C */
  waterC: number | null;
  /** Below it the fire is in doubt, °C */
  failureC: number;
  inputs: {
    input: 'water' | 'flue' | 'enclosure' | 'secondaryFan' | 'igniter' | 'primaryFan' | 'auger';
    /** Without it no phase is known */
    isNeeded: boolean;
    /** As it is configured; null where it is not */
    configured: string | null;
    /** Where it was found; null before anything was read */
    device: string | null;
    quantity: string | null;
    value: number | null;
    /** Of a motor */
    isOn: boolean | null;
    quality: 'good' | 'estimated' | 'suspect' | 'missing' | 'sensor_error' | null;
    atMs: number | null;
    ageMs: number | null;
    /** Why it cannot be seen; null while it is */
    problem: string | null;
    /** What to do */
    hint: string | null;
  }[];
  minima: {
    /** Of so many hours until now */
    hours: number;
    /** Coldest water, °C */
    waterC: number | null;
    /** Start of the hour in which it was that */
    atMs: number | null;
  }[];
  settings: {
    rawHours: number;
    minuteDays: number;
    ignitionMinutes: number;
    shortMinutes: number;
    shortRiseC: number;
    longMinutes: number;
    longRiseC: number;
  };
  codes: {
    /** undefined: an input that is needed is not known */
    phase: 'undefined' | 'combustion' | 'ignition' | 'hold' | 'stop' | 'jam' | 'watch';
    /** Number of the phase: boiler.codes */
    code: number;
  }[];
}

interface BoilerPhasesInput {
  /** Start: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from?: string;
  /** End, not in it; now unless said: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  to?: string;
  /** Rows in one answer at most */
  limit?: number;
}

interface BoilerPhasesOutput {
  fromMs: number;
  toMs: number;
  /** Those that touch the range, whole, oldest first */
  phases: {
    /** Number of the phase: boiler.codes */
    code: number;
    /** undefined: an input that is needed is not known */
    phase: 'undefined' | 'combustion' | 'ignition' | 'hold' | 'stop' | 'jam' | 'watch';
    startMs: number;
    /** Not in it */
    endMs: number;
    durationMs: number;
    /** Of minutes that are not closed yet */
    isProvisional: boolean;
  }[];
  /** There is more: ask again with this as `from` */
  next: number | null;
}

interface BoilerMinutesInput {
  /** Start: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from?: string;
  /** End, not in it; now unless said: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  to?: string;
  /** Rows in one answer at most */
  limit?: number;
}

interface BoilerMinutesOutput {
  fromMs: number;
  toMs: number;
  /** Oldest first; minutes in which nothing came are one row */
  rows: {
    startMs: number;
    /** Not in it: a minute later, or the end of a gap */
    endMs: number;
    /** Number of the phase: boiler.codes */
    code: number;
    /** undefined: an input that is needed is not known */
    phase: 'undefined' | 'combustion' | 'ignition' | 'hold' | 'stop' | 'jam' | 'watch';
    isProvisional: boolean;
    /** Good samples of all inputs; 0 in a gap */
    n: number;
    inputs: {
      water?: {
        /** Of the good samples; null where there was none */
        mean: number | null;
        min: number | null;
        max: number | null;
        /** Of a motor: whether any good sample was on */
        isOn: boolean | null;
        /** Good samples */
        n: number;
      };
      flue?: {
        /** Of the good samples; null where there was none */
        mean: number | null;
        min: number | null;
        max: number | null;
        /** Of a motor: whether any good sample was on */
        isOn: boolean | null;
        /** Good samples */
        n: number;
      };
      enclosure?: {
        /** Of the good samples; null where there was none */
        mean: number | null;
        min: number | null;
        max: number | null;
        /** Of a motor: whether any good sample was on */
        isOn: boolean | null;
        /** Good samples */
        n: number;
      };
      secondaryFan?: {
        /** Of the good samples; null where there was none */
        mean: number | null;
        min: number | null;
        max: number | null;
        /** Of a motor: whether any good sample was on */
        isOn: boolean | null;
        /** Good samples */
        n: number;
      };
      igniter?: {
        /** Of the good samples; null where there was none */
        mean: number | null;
        min: number | null;
        max: number | null;
        /** Of a motor: whether any good sample was on */
        isOn: boolean | null;
        /** Good samples */
        n: number;
      };
      primaryFan?: {
        /** Of the good samples; null where there was none */
        mean: number | null;
        min: number | null;
        max: number | null;
        /** Of a motor: whether any good sample was on */
        isOn: boolean | null;
        /** Good samples */
        n: number;
      };
      auger?: {
        /** Of the good samples; null where there was none */
        mean: number | null;
        min: number | null;
        max: number | null;
        /** Of a motor: whether any good sample was on */
        isOn: boolean | null;
        /** Good samples */
        n: number;
      };
    };
  }[];
  /** There is more: ask again with this as `from` */
  next: number | null;
}

interface BoilerEventsInput {
  /** Start: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from?: string;
  /** End, not in it; now unless said: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  to?: string;
  /** Rows in one answer at most */
  limit?: number;
}

interface BoilerEventsOutput {
  fromMs: number;
  toMs: number;
  /** Oldest first */
  events: {
    atMs: number;
    /** phase: it changed; the others: what people were told */
    kind: 'phase' | 'alert' | 'reminder' | 'recovered';
    /** Number of the phase: boiler.codes */
    code: number;
    phase: 'undefined' | 'combustion' | 'ignition' | 'hold' | 'stop' | 'jam' | 'watch' | null;
    /** The phase before; null where none is known */
    before: 'undefined' | 'combustion' | 'ignition' | 'hold' | 'stop' | 'jam' | 'watch' | null;
    /** Of an alert */
    rule: string | null;
    /** Its id: egw alert show */
    alert: number | null;
    isProvisional: boolean;
  }[];
  /** There is more: ask again with this as `from` */
  next: number | null;
}

export interface BoilerOperations {
  /** The boiler: its phase, its inputs, and what it goes by. Needs the scope read. */
  'boiler.status': { input: BoilerStatusInput; output: BoilerStatusOutput };
  /** The phases of the boiler, one after another. Needs the scope read. */
  'boiler.phases': { input: BoilerPhasesInput; output: BoilerPhasesOutput };
  /** What the inputs of the boiler said minute by minute, and the phase that each came to. Needs the scope read. */
  'boiler.minutes': { input: BoilerMinutesInput; output: BoilerMinutesOutput };
  /** What happened at the boiler: changes of its phase, and what people were told of it. Needs the scope read. */
  'boiler.events': { input: BoilerEventsInput; output: BoilerEventsOutput };
}
