import type { LiveValue } from '../../core/live-feed.ts';
import type { Quality } from '../../core/quality.ts';
import { isQuantityName, quantityDefinition } from '../../core/quantity.ts';
import type { MetricFamily, MetricSample } from './metric-family.ts';

/** A value, and when it was said last, which may be long after it was measured. */
export interface ShownValue extends LiveValue {
  /** UTC epoch ms. */
  readonly toldMs: number;
}

/** Periods without a new value after which the old one is shown no more. */
const periodsMax = 3;
/** The same where the period is not known; it is also how long Prometheus itself remembers. */
const ageMsMax = 300_000;
/** A measurement that is older is shown no more, however often it is said: its meter is gone. */
const measuredMsMax = 25 * 3_600_000;

/** What the grid's carbon intensity is now can only be estimated. */
const shownQualities: readonly Quality[] = ['good', 'estimated'];

/** Endings of quantities, as Prometheus spells units. Others stay as they are. */
const unitNames: Readonly<Record<string, string>> = {
  a: 'amperes',
  c: 'celsius',
  hz: 'hertz',
  m3: 'cubic_metres',
  mv: 'millivolts',
  mw: 'megawatts',
  pct: 'percent',
  v: 'volts',
  va: 'volt_amperes',
  w: 'watts',
};

/** What has no name of ours keeps its own in a label, since not every name can be that of a metric. */
const otherName = 'egw_other_value';
const otherHelp = 'What a device says under a name of its own, in its own unit';

/**
 * The newest value of every series, by quantity. What is neither good nor estimated, or was not said again for 3
 * periods of its device, is left out: a figure that stands still would be taken for one.
 *
 * @param periodMsOf of a device or source; undefined where that is not known
 */
export function readingMetrics(
  values: readonly ShownValue[],
  nowMs: number,
  periodMsOf: (device: string) => number | undefined,
): readonly MetricFamily[] {
  const samples = new Map<string, MetricSample[]>();
  for (const { device, quantity, value, quality, atMs, toldMs } of values) {
    const periodMs = periodMsOf(device);
    const oldestMs = nowMs - (periodMs === undefined ? ageMsMax : periodMs * periodsMax);
    const isFresh = toldMs >= oldestMs && atMs >= nowMs - Math.max(measuredMsMax, nowMs - oldestMs);
    if (value === null || !shownQualities.includes(quality) || !isFresh) continue;
    const key = isQuantityName(quantity) ? quantity : '';
    const some = samples.get(key) ?? [];
    samples.set(key, some);
    some.push({ labels: { device, quantity }, value });
  }
  return [...samples].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(familyOf);
}

/** When each device or source said something last, whatever that was. */
export function ageMetrics(values: readonly LiveValue[], nowMs: number): readonly MetricFamily[] {
  const newest = new Map<string, number>();
  for (const { device, atMs } of values) newest.set(device, Math.max(atMs, newest.get(device) ?? -Infinity));
  const samples = [...newest].map(([device, atMs]) => ({
    labels: { device },
    value: Math.max(0, nowMs - atMs) / 1_000,
  }));
  const help = 'Age of the newest reading of a device or source';
  return [{ name: 'egw_reading_age_seconds', help, type: 'gauge', samples }];
}

function familyOf([quantity, samples]: readonly [string, readonly MetricSample[]]): MetricFamily {
  if (quantity === '') return { name: otherName, help: otherHelp, type: 'gauge', samples };
  const { title, kind } = quantityDefinition(quantity);
  return { name: metricName(quantity), help: title, type: kind === 'counter' ? 'counter' : 'gauge', samples };
}

function metricName(quantity: string): string {
  const parts = quantity.split('_');
  const unit = parts.at(-1) ?? '';
  return ['egw', ...parts.slice(0, -1), unitNames[unit] ?? unit].join('_');
}
