import type { Interval } from '../../core/interval.ts';
import type { EnergyPage } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';
import { seriesOf, type EnergyMeter } from './energy-meters.ts';
import { EnergyWindows, type EnergyWindow } from './energy-windows.ts';

/** Time of which one answer tells at most. */
const spanMsMax = 400 * 86_400_000;

/** Readings have times from 1970 to 9999. */
const earliestMs = 0;
const latestMs = Date.UTC(9999, 11, 31);

export interface WindowReading {
  readonly store: StorePort<'energyRange'>;
  readonly meters: readonly EnergyMeter[];
  readonly windowOf: (atMs: number) => Interval;
  readonly signal: AbortSignal;
}

export interface WindowPage {
  readonly windows: readonly EnergyWindow[];
  /** There is more: start of the first window that is not in it. */
  readonly nextFromMs?: number;
  /** Readings that ever came too late to be counted. */
  readonly lateReadings: number;
}

/**
 * Windows that start in the range, whole and of all meters, as many as one answer may hold. Errors: those of the
 * store; the signal's reason.
 */
export async function readWindows(
  reading: WindowReading,
  range: { readonly fromMs: number; readonly toMs: number; readonly rowsMax: number },
): Promise<WindowPage> {
  const { meters, windowOf } = reading;
  const startMs = Math.max(earliestMs, range.fromMs);
  const endMs = Math.min(latestMs, range.toMs);
  if (startMs >= endMs) return { windows: [], lateReadings: 0 };
  const first = windowOf(startMs);
  const fromMs = first.startMs < startMs ? first.endMs : first.startMs;
  const windows = new EnergyWindows(meters, windowOf);
  const found: EnergyWindow[] = [];
  let lateReadings = 0;
  for await (const { columns, untilMs } of pages(reading, fromMs, windowOf(endMs - 1).endMs)) {
    windows.add(columns);
    ({ lateReadings } = columns);
    for (const together of windows.take(untilMs)) {
      const [next] = together;
      if (next !== undefined && isFull(found, together, range.rowsMax))
        return { windows: found, nextFromMs: next.startMs, lateReadings };
      found.push(...together);
    }
  }
  return { windows: found, lateReadings };
}

function isFull(found: readonly EnergyWindow[], together: readonly EnergyWindow[], rowsMax: number): boolean {
  const [oldest] = found;
  const [next] = together;
  if (oldest === undefined || next === undefined) return false;
  return found.length + together.length > rowsMax || next.startMs - oldest.startMs >= spanMsMax;
}

/** The store's pages, each with the time up to which all is told. */
async function* pages(
  { store, meters, signal }: WindowReading,
  startMs: number,
  toMs: number,
): AsyncGenerator<{ readonly columns: EnergyPage; readonly untilMs: number }> {
  const series = seriesOf(meters);
  for (let fromMs = startMs; fromMs < toMs;) {
    signal.throwIfAborted();
    const columns = await store.call('energyRange', { series, fromMs, toMs });
    const { nextFromMs = toMs } = columns;
    yield { columns, untilMs: nextFromMs };
    fromMs = nextFromMs;
  }
}
