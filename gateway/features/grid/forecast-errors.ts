import type { SignalSlot } from '../../core/power-signal.ts';
import { forecastSignal } from './forecast-signal.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** So many forecasts are made of the past, each at another hour of the day. */
const forecastsMax = 28;
const apartMs = 25 * hourMs;

/** How far ahead, and how wrong forecasts were. */
export interface ForecastError {
  readonly fromHours: number;
  readonly toHours: number;
  /** Slots that were compared. */
  readonly compared: number;
  /** Mean of how far they were off, in the unit of the signal. */
  readonly meanAbsolute: number;
  /** The same as a share of the value; undefined where values are near 0. */
  readonly meanShare: number | undefined;
  /** By how much it is better than saying that it is as it was a day ago: 1 is without error, 0 is no better. */
  readonly skill: number | undefined;
}

const horizons = [
  { fromHours: 0, toHours: 6 },
  { fromHours: 6, toHours: 24 },
  { fromHours: 24, toHours: 48 },
] as const;

interface Sums {
  compared: number;
  errors: number;
  values: number;
  persistedErrors: number;
  comparable: number;
}

/**
 * Forecasts as they would have been made in the last weeks, beside what came. Pure; pauses after each, since one
 * takes some milliseconds.
 * @param history ascending, what is known
 */
export function* measureForecast(
  history: readonly SignalSlot[],
  nowMs: number,
  zone: string,
): Generator<undefined, readonly ForecastError[]> {
  const sums = horizons.map((): Sums => ({
    compared: 0,
    errors: 0,
    values: 0,
    persistedErrors: 0,
    comparable: 0,
  }));
  const valueAt = new Map(history.map(({ startMs, value }) => [startMs, value]));
  const firstMs = history[0]?.startMs ?? nowMs;
  for (let index = 1; index <= forecastsMax; index += 1) {
    const madeMs = Math.floor((nowMs - index * apartMs) / hourMs) * hourMs;
    if (madeMs - firstMs < dayMs) break;
    const forecast = forecastSignal(history, { startMs: madeMs, endMs: madeMs + 2 * dayMs }, zone);
    for (const { startMs, value } of forecast) {
      const actual = valueAt.get(startMs);
      const ahead = (startMs - madeMs) / hourMs;
      const sum = sums[horizons.findIndex(({ toHours }) => ahead < toHours)];
      if (actual === undefined || sum === undefined || startMs >= nowMs) continue;
      compare(sum, { value, actual, persisted: valueAt.get(startMs - (ahead < 24 ? dayMs : 2 * dayMs)) });
    }
    yield;
  }
  return sums.map((sum, index) => ({ ...(horizons[index] ?? horizons[0]), ...described(sum) }));
}

function compare(
  sum: Sums,
  { value, actual, persisted }: { value: number; actual: number; persisted: number | undefined },
): void {
  sum.compared += 1;
  sum.errors += Math.abs(value - actual);
  sum.values += Math.abs(actual);
  if (persisted === undefined) return;
  sum.comparable += Math.abs(value - actual);
  sum.persistedErrors += Math.abs(persisted - actual);
}

function described(sum: Sums): Omit<ForecastError, 'fromHours' | 'toHours'> {
  const { compared, errors, values, comparable, persistedErrors } = sum;
  return {
    compared,
    meanAbsolute: compared === 0 ? 0 : errors / compared,
    meanShare: values === 0 ? undefined : errors / values,
    skill: persistedErrors === 0 ? undefined : 1 - comparable / persistedErrors,
  };
}
