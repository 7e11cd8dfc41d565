// Made by scripts/make-client.mjs from what the commands declare.
type TempoStatusInput = Record<string, never>;

interface TempoStatusOutput {
  season: string;
  today: {
    /** A tariff day, 06:00–06:00 in France */
    day: string;
    /** null while it is not known */
    colour: 'blue' | 'white' | 'red' | null;
    /** A provisional colour may still change */
    state: 'provisional' | 'final' | null;
    /** Who said it: a provider, by hand, or the calendar, which leaves no other */
    provider: string | null;
    /** Colours that it can have */
    possible: ('blue' | 'white' | 'red')[];
    odds: {
      blue: number;
      white: number;
      red: number;
    };
  };
  tomorrow: {
    /** A tariff day, 06:00–06:00 in France */
    day: string;
    /** null while it is not known */
    colour: 'blue' | 'white' | 'red' | null;
    /** A provisional colour may still change */
    state: 'provisional' | 'final' | null;
    /** Who said it: a provider, by hand, or the calendar, which leaves no other */
    provider: string | null;
    /** Colours that it can have */
    possible: ('blue' | 'white' | 'red')[];
    odds: {
      blue: number;
      white: number;
      red: number;
    };
  };
  band: 'peak' | 'off-peak';
  /** When the band ends */
  bandEndMs: number;
  /** What a kWh costs in this band */
  microEurosPerKwh: number | null;
  /** Why there is no price */
  problem: string | null;
  quotas: {
    colour: 'blue' | 'white' | 'red';
    /** Days of the season */
    total: number;
    /** That are known, to today, or tomorrow where that is known */
    used: number;
    left: number;
  }[];
  /** Days of the season before today of which nothing is known */
  unknownDays: number;
}

interface TempoCalendarInput {
  /** As 2025-2026; the one of today unless said */
  season?: string;
  /** First day, instead of a season */
  from?: string;
  /** Last day, which is in it */
  to?: string;
}

interface TempoCalendarOutput {
  /** Of the first day */
  season: string;
  /** Ascending, each day of the range */
  days: {
    /** A tariff day, 06:00–06:00 in France */
    day: string;
    /** null while it is not known */
    colour: 'blue' | 'white' | 'red' | null;
    /** A provisional colour may still change */
    state: 'provisional' | 'final' | null;
    /** Who said it: a provider, by hand, or the calendar, which leaves no other */
    provider: string | null;
    /** When it was said */
    heardMs: number | null;
    /** Exactly 0 or 1 where it is known or certain */
    redProbability: number;
    /** What was believed before, oldest first */
    corrections: {
      colour: 'blue' | 'white' | 'red';
      provider: string;
      state: 'provisional' | 'final';
      heardMs: number;
    }[];
  }[];
  quotas: {
    colour: 'blue' | 'white' | 'red';
    /** Days of the season */
    total: number;
    /** That are known, to today, or tomorrow where that is known */
    used: number;
    left: number;
  }[];
  /** Days of the season before today of which nothing is known */
  unknownDays: number;
}

type TempoPricesInput = Record<string, never>;

interface TempoPricesOutput {
  /** By their first days; given ones go before built-in ones */
  rows: {
    /** The first day */
    validFrom: string;
    /** By its end or by the next row; null: it has none yet */
    lastDay: string | null;
    /** Euros per kWh with all taxes */
    bluePeak: number;
    blueOffPeak: number;
    whitePeak: number;
    whiteOffPeak: number;
    redPeak: number;
    redOffPeak: number;
    source: string;
    isBuiltIn: boolean;
    /** Today goes by it */
    isNow: boolean;
  }[];
  /** Prices of the configuration (tariff.tempo), which hold on every day instead of the rows */
  everyDay: {
    /** red peak */
    price: string;
    eurosPerKwh: number;
  }[];
}

interface TempoExplainInput {
  /** The tariff day: 2025-01-10 */
  day: string;
}

interface TempoExplainOutput {
  day: string;
  startMs: number;
  endMs: number;
  colour: {
    colour: string;
    state: string;
    provider: string;
    heardMs: number;
    /** Corrected, oldest first */
    before: {
      colour: string;
      state: string;
      provider: string;
      heardMs: number;
    }[];
  } | null;
  prices: {
    /** Millionths of a euro per kWh */
    peak: number | null;
    /** Millionths of a euro per kWh */
    offPeak: number | null;
    source: string | null;
  };
  intervals: {
    band: string;
    startMs: number;
    endMs: number;
    kind: string;
    /** mWh */
    startTotalMwh: number | null;
    /** mWh */
    endTotalMwh: number | null;
    /** mWh */
    mwh: number | null;
    /** Millionths of a euro per kWh */
    microEurosPerKwh: number | null;
  }[];
  /** mWh */
  mwh: number;
  /** Millionths of a euro */
  microEuros: number | null;
  /** Why the cost is not known */
  problem: string | null;
  basis: 'derogations' | 'presence' | 'unassigned';
  /** Ids of the members that are there */
  present: string[];
  derogations: {
    id: number;
    member: string;
    startMs: number;
    endMs: number;
    removedWhy: string | null;
  }[];
  shares: {
    member: string;
    /** mWh */
    mwh: number;
    /** Millionths of a euro */
    microEuros: number | null;
  }[];
  /** All of it, step by step */
  lines: string[];
}

export interface TempoOperations {
  /** Tempo today and tomorrow: colours, what they can be, the price now and the days left. Needs the scope read. */
  'tempo.status': { input: TempoStatusInput; output: TempoStatusOutput };
  /** The colours of a season’s days, who said each and what was corrected. Needs the scope read. */
  'tempo.calendar': { input: TempoCalendarInput; output: TempoCalendarOutput };
  /** The prices of Tempo by date, euros per kWh: those that are built in, and those that were given. Needs the scope read. */
  'tempo.prices': { input: TempoPricesInput; output: TempoPricesOutput };
  /** How the amounts of a tariff day come about, down to what the meter said. Needs the scope read. */
  'tempo.explain': { input: TempoExplainInput; output: TempoExplainOutput };
}
