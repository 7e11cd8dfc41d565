import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { SignalSlot } from '../../gateway/core/power-signal.ts';

const row = /^(\d{4}-\d\d-\d\dT\d\d:\d\dZ),(-?\d+(?:\.\d+)?)$/;

/**
 * Carbon intensity as CSV, `time_utc,g_co2_per_kwh` and a line for each slot, ascending; gzipped if its name ends so.
 * All slots are as long as the shortest distance of two; gaps stay gaps.
 */
export function readCarbonFile(path: string): readonly SignalSlot[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const points = text
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line, index) => {
      const [, time, value] = row.exec(line) ?? [];
      if (time === undefined) throw new RangeError(`${path}, line ${index + 2}: ${JSON.stringify(line)}`);
      return { startMs: Date.parse(time), value: Number(value) };
    });
  const distances = points.slice(1).map(({ startMs }, index) => startMs - (points[index]?.startMs ?? 0));
  const slotMs = Math.min(...distances);
  if (!(slotMs > 0)) throw new RangeError(`${path}: its lines do not ascend`);
  return points.map(({ startMs, value }) => ({ startMs, endMs: startMs + slotMs, value, basis: 'known' }));
}
