import type { LiveValue, SeriesKey } from './api-types.ts';
import { markOf, worstMark, type Mark } from './freshness.ts';
import { seriesId, type HomeSeries } from './home-series.ts';
import type { Owner } from './owner.ts';

/** One number of the picture. It is null when not known: never a made-up 0. */
export interface Measure {
  readonly value: number | null;
  readonly mark: Mark;
  /** The devices and sources whose value is missing, stale or doubtful. */
  readonly doubtful: readonly string[];
}

/** Powers in W, coming into the house +. A part that the home does not have is undefined. */
export interface PowerFlow {
  readonly sun: Measure | undefined;
  readonly battery: Measure | undefined;
  readonly soc: Measure | undefined;
  readonly grid: Measure | undefined;
  /** grid + sun + battery; undefined when the home has no grid power, since the rest says nothing of it. */
  readonly house: Measure | undefined;
}

export interface FlowInput {
  readonly series: HomeSeries;
  readonly owners: readonly Owner[];
  /** By `seriesId`. */
  readonly latest: ReadonlyMap<string, LiveValue>;
  readonly nowMs: number;
}

export function computePowerFlow(input: FlowInput): PowerFlow {
  const { series } = input;
  const house = [...series.pv, ...series.battery, ...series.grid];
  return {
    sun: sum(series.pv, input),
    battery: sum(series.battery, input),
    soc: mean(series.soc, input),
    grid: sum(series.grid, input),
    house: series.grid.length === 0 ? undefined : sum(house, input),
  };
}

/** A sum without one of its parts would be another number, so it is none. */
function sum(keys: readonly SeriesKey[], { latest, owners, nowMs }: FlowInput): Measure | undefined {
  if (keys.length === 0) return undefined;
  const parts = keys.map((key) => {
    const live = latest.get(seriesId(key));
    const owner = owners.find(({ id }) => id === key.device);
    return { device: key.device, value: live?.value ?? null, mark: markOf(live, owner, nowMs) };
  });
  const isWhole = parts.every(({ value }) => value !== null);
  return {
    value: isWhole ? parts.reduce((total, { value }) => total + (value ?? 0), 0) : null,
    mark: worstMark(parts.map(({ mark }) => mark)),
    doubtful: [...new Set(parts.filter(({ mark }) => mark !== 'good').map(({ device }) => device))],
  };
}

function mean(keys: readonly SeriesKey[], input: FlowInput): Measure | undefined {
  const total = sum(keys, input);
  if (total === undefined || total.value === null) return total;
  return { ...total, value: total.value / keys.length };
}
