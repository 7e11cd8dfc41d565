import { qualityCode } from '../../../core/quality.ts';
import type { StorePort } from '../../store-port.ts';
import type { MeterReading } from './meter-reading.ts';
import type { FoundMeter } from './meter-series.ts';

/** Readings in one call of the database: they are taken in a few milliseconds. */
const pageReadingsMax = 1_000;
const good = qualityCode('good');

export interface FeedPage {
  readonly readings: readonly MeterReading[];
  /** Where to go on; undefined at the end. */
  readonly nextFromMs: number | undefined;
}

/** The good readings of a range that are on disk, as totals. Errors: those of the store. */
export async function readMeterPage(
  store: StorePort<'rawColumns'>,
  { id, mwhPerUnit }: FoundMeter,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<FeedPage> {
  const query = { ...range, series: id, rowsMax: pageReadingsMax };
  const { atMs, value, quality, nextFromMs } = await store.call('rawColumns', query);
  const readings: MeterReading[] = [];
  for (const [index, time] of atMs.entries()) {
    const totalMwh = Math.round((value[index] ?? NaN) * mwhPerUnit);
    const isTotal = Number.isSafeInteger(totalMwh) && totalMwh >= 0;
    if (quality[index] === good && isTotal) readings.push({ atMs: time, totalMwh });
  }
  return { readings, nextFromMs };
}
