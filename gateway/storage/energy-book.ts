import type { SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import { EnergyReader } from './energy-reader.ts';
import { EnergySeries } from './energy-series.ts';
import { EnergyStale } from './energy-stale.ts';
import { EnergyStore } from './energy-store.ts';
import { EnergyTable } from './energy-table.ts';
import type { MarkStore } from './mark-store.ts';
import type { RawReadings } from './raw-readings.ts';
import type { SeriesStore } from './series-store.ts';

/** All that belongs to counting energy by quarter-hours. */
export interface EnergyBook {
  readonly series: EnergySeries;
  readonly store: EnergyStore;
  readonly reader: EnergyReader;
}

export function openEnergyBook(from: {
  readonly connection: Connection;
  readonly marks: MarkStore;
  readonly raw: RawReadings;
  readonly series: SeriesStore;
  /** Raw readings of the series before it may be gone. */
  readonly prunedToMs: (series: SeriesId) => number;
}): EnergyBook {
  const { connection, marks, raw, prunedToMs } = from;
  const series = new EnergySeries(connection, from.series);
  const table = new EnergyTable(connection, series);
  const parts = { connection, marks, raw, series, table, stale: new EnergyStale(connection), prunedToMs };
  const store = new EnergyStore(parts);
  return { series, store, reader: new EnergyReader(parts, store) };
}
