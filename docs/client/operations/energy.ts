// Made by scripts/make-client.mjs from what the commands declare.
interface EnergyListInput {
  /** Only of this device or source */
  device?: string;
  /** Only this flow */
  flow?: 'grid_import' | 'grid_export' | 'pv' | 'battery_charge' | 'battery_discharge' | 'home' | 'load';
  /** Start: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  from?: string;
  /** End, not in it; now unless said: ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h) */
  to?: string;
  /** Hours and days are those of the site’s zone; what starts in the range is told */
  resolution?: '15m' | '1h' | '1d';
  /** Rows in one answer at most; those of one start are never parted */
  limit?: number;
}

interface EnergyListOutput {
  zone: string;
  resolution: '15m' | '1h' | '1d';
  fromMs: number;
  toMs: number;
  /** By start, then by device */
  rows: {
    device: string;
    flow: 'grid_import' | 'grid_export' | 'pv' | 'battery_charge' | 'battery_discharge' | 'home' | 'load';
    startMs: number;
    /** Not in it */
    endMs: number;
    /** The start by the clock of the site, with its distance from UTC */
    localStart: string;
    /** Wh, never negative */
    wh: number;
    /** Of them, what was spread evenly over a time in which nothing was read */
    estimatedWh: number;
    /** How much of the time is known */
    coveredMs: number;
    /** What counted it: the device, or the gateway from power; mixed in an hour or a day with both */
    source: 'counter' | 'power' | 'mixed';
    /** How often a counter began anew: what it counted just before is not known */
    discontinuities: number;
  }[];
  /** There is more: ask again with this as `from` */
  next: number | null;
  /** Readings that ever came when the others of their quarter-hour were gone: not counted */
  lateReadings: number;
}

export interface EnergyOperations {
  /** Energy by quarter-hour, hour or day: from the devices’ counters, or from power where there is none. Needs the scope read. */
  'energy.list': { input: EnergyListInput; output: EnergyListOutput };
}
