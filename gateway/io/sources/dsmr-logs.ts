import type { DsmrDraft } from './dsmr-draft.ts';
import { measureOf } from './dsmr-measure.ts';
import { meterTimeMs, type MeterClock } from './meter-time.ts';

const failures = '1-0:99.97.0';
const peak = '1-0:1.6.0';
const peaks = '0-0:98.1.0';

/**
 * What a telegram remembers: its last power failures (end and length, seconds), the highest quarter of an hour of this
 * month and of the 13 before (W). Lists become one word each, whole or not at all, so that they are kept when they
 * change.
 */
export function addLogs(draft: DsmrDraft, clock: MeterClock): void {
  addPeak(draft, clock);
  const [count = '', , ...failed] = draft.groups(failures);
  const [months = '', , , ...monthly] = draft.groups(peaks);
  addList(draft, failures, {
    quantity: 'grid_power_fail_log',
    count,
    entries: chunks(failed, 2).map(([end = '', length = '']) =>
      entry(meterTimeMs(end, clock), measureOf(length, 'duration'), 's'),
    ),
  });
  addList(draft, peaks, {
    quantity: 'grid_import_peak_log',
    count: months,
    entries: chunks(monthly, 3).map(([, at = '', power = '']) =>
      entry(meterTimeMs(at, clock), measureOf(power, 'power'), 'W'),
    ),
  });
}

function addPeak(draft: DsmrDraft, clock: MeterClock): void {
  const [at = ''] = draft.groups(peak);
  const atMs = meterTimeMs(at, clock);
  if (atMs === undefined || draft.measure(peak, 'power') === undefined) return;
  draft.addMeasure(peak, 'grid_import_peak_w', 'power');
  draft.addText('grid_import_peak_time', iso(atMs));
}

interface Log {
  readonly quantity: string;
  readonly count: string;
  readonly entries: readonly (string | undefined)[];
}

function addList(draft: DsmrDraft, code: string, { quantity, count, entries }: Log): void {
  if (measureOf(count, 'number') !== entries.length || entries.includes(undefined)) return;
  draft.take(code);
  draft.addText(quantity, entries.join('; '));
}

function entry(atMs: number | undefined, value: number | undefined, unit: string): string | undefined {
  return atMs === undefined || value === undefined ? undefined : `${iso(atMs)} ${value} ${unit}`;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

function chunks(groups: readonly string[], length: number): readonly (readonly string[])[] {
  const count = Math.ceil(groups.length / length);
  return Array.from({ length: count }, (_, index) => groups.slice(index * length, (index + 1) * length));
}
