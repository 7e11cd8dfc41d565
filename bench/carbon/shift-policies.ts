import type { Interval } from '../../gateway/core/interval.ts';
import type { SignalSlot } from '../../gateway/core/power-signal.ts';
import {
  foresight,
  persistence,
  plannedAgain,
  plannedOnce,
  withForecast,
  type CarbonYear,
  type Outlook,
  type ShiftCase,
} from './shift-runs.ts';

/** When a job starts. */
export type ShiftPolicy = (shift: ShiftCase) => number;

/** Forecasts reach so far. */
const aheadMs = 48 * 3_600_000;
/** The share of a day that the mean of the ancestor-like rule is taken over. */
const meanMs = 24 * 3_600_000;

export type Forecaster = (
  history: readonly SignalSlot[],
  range: Interval,
  zone: string,
) => readonly SignalSlot[];

/** What starts are compared: each knows no more than could be known, but the first. */
export function shiftPolicies(
  year: CarbonYear,
  forecaster: Forecaster,
): Readonly<Record<string, ShiftPolicy>> {
  const own = withForecast(year, ownForecast(year, forecaster));
  const dayBefore = withForecast(year, persistence(year));
  return {
    best: (shift) => plannedOnce(shift, foresight(year)),
    own_forecast: (shift) => plannedAgain(shift, own, year.slotMs),
    own_forecast_planned_once: (shift) => plannedOnce(shift, own),
    day_before: (shift) => plannedOnce(shift, dayBefore),
    day_before_planned_again: (shift) => plannedAgain(shift, dayBefore, year.slotMs),
    below_mean: (shift) => firstBelowMean(shift, year),
    as_soon_as_it_may: (shift) => shift.firstMs,
  };
}

/** Made once for each instant, from nothing but what was before. */
function ownForecast(year: CarbonYear, forecaster: Forecaster): Outlook {
  const made = new Map<number, readonly SignalSlot[]>();
  return (nowMs, range) => {
    let forecast = made.get(range.startMs);
    if (forecast === undefined) {
      const history = year.slots.slice(0, year.indexAfter(nowMs));
      forecast = forecaster(history, { startMs: range.startMs, endMs: range.startMs + aheadMs }, 'UTC');
      made.set(range.startMs, forecast);
    }
    return forecast.filter(({ startMs }) => startMs < range.endMs);
  };
}

/**
 * A rule of the form of electricity_usage's: start as soon as something holds, or else at the last moment. There it is
 * that the zone produces more than it consumes, which these data do not have; here, less carbon than in the day before.
 */
function firstBelowMean({ firstMs, lastMs }: ShiftCase, year: CarbonYear): number {
  for (let nowMs = firstMs; nowMs < lastMs; nowMs += year.slotMs) {
    const mean = year.meanOf(nowMs - meanMs, meanMs);
    const now = year.meanOf(nowMs, year.slotMs);
    if (mean !== undefined && now !== undefined && now < mean) return nowMs;
  }
  return lastMs;
}
