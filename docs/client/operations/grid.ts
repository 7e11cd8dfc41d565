// Made by scripts/make-client.mjs from what the commands declare.
interface GridStatusInput {
  /** Code of a zone; the configured one unless said */
  zone?: string;
}

interface GridStatusOutput {
  /** null where none is configured */
  zone: string | null;
  zoneName: string | null;
  facts: {
    name: 'production' | 'consumption' | 'difference' | 'carbon' | 'price' | 'colour' | 'own_export';
    /** null where it is not known */
    value: number | null;
    unit: string;
    /** The colour of the day */
    text: string | null;
    /** Since its source has said it */
    ageMs: number | null;
    /** By its provider: it may be revised */
    isEstimated: boolean;
    /** Why it is not known; null while it is */
    unknown: string | null;
  }[];
}

interface GridZonesInput {
  /** Part of a code or a name */
  filter?: string;
}

interface GridZonesOutput {
  zones: {
    code: string;
    name: string;
  }[];
}

interface GridForecastInput {
  /** So many from now on */
  hours?: number;
}

interface GridForecastOutput {
  /** null where none is configured */
  zone: string | null;
  /** Of our own forecasts of the last four weeks; none without a day of history */
  errors: {
    signal: 'carbon' | 'surplus';
    /** Ahead, from */
    fromHours: number;
    /** to */
    toHours: number;
    /** Hours that were compared with what came */
    compared: number;
    /** Mean of how far it was off */
    meanAbsolute: number;
    unit: string;
    /** The same as a share of the values */
    meanShare: number | null;
    /** 1: never off; 0: no better than that it is as a day before */
    skill: number | null;
  }[];
  /** Ascending; none where nothing is known */
  slots: {
    startMs: number;
    endMs: number;
    carbonGramsPerKwh: number | null;
    /** Production less consumption */
    surplusMw: number | null;
    basis: 'known' | 'forecast';
  }[];
}

interface GridHoursInput {
  /** Code of a zone; the configured one unless said */
  zone?: string;
  /** Start: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from?: string;
  /** End, not in it; now unless said: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  to?: string;
}

interface GridHoursOutput {
  /** null where none is configured */
  zone: string | null;
  hours: {
    startMs: number;
    endMs: number;
    carbonGramsPerKwh: number | null;
    productionMw: number | null;
    consumptionMw: number | null;
    isEstimated: boolean;
    /** When its provider said so */
    updatedMs: number | null;
  }[];
  /** There is more: ask again with this as `from` */
  next: number | null;
}

export interface GridOperations {
  /** What jobs go by now: the grid’s zone, the tariff, and what the house gives to the grid. Needs the scope read. */
  'grid.status': { input: GridStatusInput; output: GridStatusOutput };
  /** The zones of the grid that Electricity Maps knows. Needs the scope read. */
  'grid.zones': { input: GridZonesInput; output: GridZonesOutput };
  /** The zone’s next hours as they are expected, and how wrong such forecasts were. Needs the scope read. */
  'grid.forecast': { input: GridForecastInput; output: GridForecastOutput };
  /** What a zone of the grid was like, hour by hour, as its provider says now. Needs the scope read. */
  'grid.hours': { input: GridHoursInput; output: GridHoursOutput };
}
