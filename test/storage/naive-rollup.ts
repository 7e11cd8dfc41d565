import { localDay } from '../../gateway/core/calendar.ts';
import type { RollupRow } from '../../gateway/storage/store-calls.ts';
import type { Sample } from './scratch.ts';

type Resolution = '1m' | '1h' | '1d';

/** What a window must hold, from the readings themselves in the order of their times: written to be plain. */
export function naiveRollup(
  samples: readonly Sample[],
  { series, resolution, zone }: { series: number; resolution: Resolution; zone: string },
): readonly RollupRow[] {
  const own = samples.filter(([id]) => id === series);
  const sorted = [...own].sort(([, left], [, right]) => left - right);
  const windows = new Map<number, Sample[]>();
  const ends = new Map<number, number>();
  for (const sample of sorted) {
    const { startMs, endMs } = windowOf(sample[1], resolution, zone);
    ends.set(startMs, endMs);
    windows.set(startMs, [...(windows.get(startMs) ?? []), sample]);
  }
  return [...windows].map(([startMs, inside]) => rowOf(startMs, ends.get(startMs) ?? NaN, inside));
}

function rowOf(startMs: number, endMs: number, samples: readonly Sample[]): RollupRow {
  const good = samples.filter(
    ([, , value, quality = 'good']) =>
      (quality === 'good' || quality === 'estimated') && Number.isFinite(value),
  );
  const values = good.map(([, , value]) => value + 0);
  const n = values.length;
  return {
    startMs,
    endMs,
    min: n === 0 ? null : Math.min(...values),
    max: n === 0 ? null : Math.max(...values),
    mean: n === 0 ? null : values.reduce((sum, value) => sum + value, 0) / n,
    last: values.at(-1) ?? null,
    anyOn: values.some((value) => value !== 0),
    n,
    bad: samples.length - n,
  };
}

function windowOf(atMs: number, resolution: Resolution, zone: string): { startMs: number; endMs: number } {
  if (resolution === '1d') return localDay(zone, atMs);
  const lengthMs = resolution === '1m' ? 60_000 : 3_600_000;
  const startMs = Math.floor(atMs / lengthMs) * lengthMs;
  return { startMs, endMs: startMs + lengthMs };
}
