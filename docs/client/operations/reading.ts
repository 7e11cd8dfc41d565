// Made by scripts/make-client.mjs from what the commands declare.
interface ReadingLatestInput {
  /** Only of this device or source; with /part of one part of a source */
  device?: string;
  /** live: as kept in memory; stored: what is on disk */
  source?: 'live' | 'stored';
}

interface ReadingLatestOutput {
  nowMs: number;
  readings: {
    device: string;
    quantity: string;
    /** null when the quality says that there is none */
    value: number | null;
    unit: string;
    quality: 'good' | 'estimated' | 'suspect' | 'missing' | 'sensor_error';
    atMs: number;
    ageMs: number;
    /** Whether it is on disk */
    stored: boolean;
  }[];
}

interface ReadingRangeInput {
  /** The device or source; with /part a part of it */
  device: string;
  /** The quantity, such as grid_power_w */
  quantity: string;
  /** Start: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from?: string;
  /** End, not in it; now unless said: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  to?: string;
  /** auto: the finest that fits a chart */
  resolution?: 'raw' | '1m' | '1h' | '1d' | 'auto';
  /** Rows in one answer at most */
  limit?: number;
}

interface ReadingRangeOutput {
  device: string;
  quantity: string;
  unit: string;
  resolution: 'raw' | '1m' | '1h' | '1d';
  fromMs: number;
  toMs: number;
  /** By time; raw readings of one instant in the order they arrived */
  rows: {
    /** When it was read; of a window, its start */
    atMs: number;
    /** The reading; of a window, the mean */
    value: number | null;
    quality?: 'good' | 'estimated' | 'suspect' | 'missing' | 'sensor_error';
    /** End of the window, not in it */
    endMs?: number;
    /** null when the quality says that there is none */
    min?: number | null;
    /** null when the quality says that there is none */
    max?: number | null;
    /** The latest; of counters, energy is the difference of these */
    last?: number | null;
    anyOn?: boolean;
    /** Readings that had a value */
    n?: number;
    /** Readings that had none, or a suspect one */
    bad?: number;
  }[];
  /** There is more: ask again with this as `from` */
  next: number | null;
}

interface ReadingRowsInput {
  /** Of this device or source and its parts; all unless said */
  device?: string;
  /** How many rows of each */
  rows?: number;
}

interface ReadingRowsOutput {
  tables: {
    /** The device or source, or a part of one as source/part */
    device: string;
    columns: {
      quantity: string;
      /** Empty for words */
      unit: string;
    }[];
    /** One for each instant at which something was read, oldest first */
    rows: {
      atMs: number;
      /** In the order of the columns; null where there was none */
      values: (number | string | null)[];
      /** In the order of the columns; null where nothing was read then */
      qualities: ('good' | 'estimated' | 'suspect' | 'missing' | 'sensor_error' | null)[];
    }[];
  }[];
}

interface ReadingExportInput {
  /** csv (RFC 4180), or json: one object a line */
  format: 'csv' | 'json';
  /**
   * Of these devices or sources, with their parts; all unless said
   *
   * @maxItems 64
   */
  device?: string[];
  /**
   * Only these quantities, such as grid_power_w
   *
   * @maxItems 64
   */
  quantity?: string[];
  /** Start: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from?: string;
  /** End, not in it; now unless said: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  to?: string;
  /** raw: the readings; or windows of 1 minute, 1 hour or 1 day of the site */
  resolution?: 'raw' | '1m' | '1h' | '1d';
}

export interface ReadingOperations {
  /** The latest reading of every series, with its age and quality. Needs the scope read. */
  'reading.latest': { input: ReadingLatestInput; output: ReadingLatestOutput };
  /** The history of one series: readings, or windows of 1 minute, 1 hour or 1 day. Needs the scope read. */
  'reading.range': { input: ReadingRangeInput; output: ReadingRangeOutput };
  /** With -n: the last rows of a device or source, one an instant, a column for each quantity. Needs the scope read. */
  'reading.rows': { input: ReadingRowsInput; output: ReadingRowsOutput };
  /** The history as a file, CSV or a JSON object a line: series by series, each by time. Needs the scope read. */
  'reading.export': { input: ReadingExportInput; output: string };
}
