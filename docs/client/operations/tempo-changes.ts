// Made by scripts/make-client.mjs from what the commands declare.
interface TempoSetColourInput {
  /** A day such as 2026-01-12 */
  day: string;
  colour: 'blue' | 'white' | 'red';
}

interface TempoSetColourOutput {
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
}

interface TempoSetPricesInput {
  /** The first day, such as 2026-08-01 */
  validFrom: string;
  /** The last day; until the next prices begin unless said */
  validTo?: string;
  /** Blue days, 06:00–22:00, euros per kWh with all taxes */
  bluePeak: number;
  /** Blue days, 22:00–06:00, euros per kWh with all taxes */
  blueOffPeak: number;
  /** White days, 06:00–22:00, euros per kWh with all taxes */
  whitePeak: number;
  /** White days, 22:00–06:00, euros per kWh with all taxes */
  whiteOffPeak: number;
  /** Red days, 06:00–22:00, euros per kWh with all taxes */
  redPeak: number;
  /** Red days, 22:00–06:00, euros per kWh with all taxes */
  redOffPeak: number;
}

interface TempoSetPricesOutput {
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

interface TempoRemovePricesInput {
  /** The day on which they begin */
  validFrom: string;
}

interface TempoRemovePricesOutput {
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

interface TempoImportPricesInput {
  /** What stands in the file */
  text: string;
  /** Subscribed power, kVA, where the file has several */
  power?: number;
  /** Only says what would be taken */
  dryRun?: boolean;
}

interface TempoImportPricesOutput {
  taken: {
    validFrom: string;
    lastDay: string | null;
    /** Euros per kWh with all taxes */
    bluePeak: number;
    blueOffPeak: number;
    whitePeak: number;
    whiteOffPeak: number;
    redPeak: number;
    redOffPeak: number;
  }[];
  /** Of those taken, that were there as they are */
  unchanged: number;
  refused: {
    where: string;
    why: string;
  }[];
  /** Rows of other subscribed powers */
  otherPowers: number;
  /** Its dates had day and month swapped, and were put right */
  isSwapped: boolean;
}

export interface TempoChangesOperations {
  /** Say the colour of a day by hand; it holds until a provider says the same as final. Needs the scope admin. */
  'tempo.set-colour': { input: TempoSetColourInput; output: TempoSetColourOutput };
  /** Give the six prices of Tempo from a day on. Needs the scope admin. */
  'tempo.set-prices': { input: TempoSetPricesInput; output: TempoSetPricesOutput };
  /** Remove prices of Tempo that were given; what is built in counts again. Needs the scope admin. */
  'tempo.remove-prices': { input: TempoRemovePricesInput; output: TempoRemovePricesOutput };
  /** Take prices of Tempo from a file: of data.gouv.fr (CSV, JSON), or power_price.json of TSM. Needs the scope admin. */
  'tempo.import-prices': { input: TempoImportPricesInput; output: TempoImportPricesOutput };
}
