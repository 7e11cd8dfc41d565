import type { HistoryRow, LiveValue, Resolution } from './api-types.ts';
import { windowMs } from './chart-ranges.ts';

/**
 * History with a live value at its end, as the gateway will keep it: a reading of its own, or a part of its
 * window's mean, least and greatest. Days are left to the gateway, which knows the site's calendar; what is
 * not newer than the last reading is known already.
 */
export function withLiveValue(rows: HistoryRow[], live: LiveValue, resolution: Resolution): void {
  const last = rows.at(-1);
  if (resolution === 'raw') {
    if (last === undefined || live.atMs > last.atMs) rows.push(readingRow(live));
    return;
  }
  if (resolution === '1d' || live.value === null) return;
  if (last?.endMs !== undefined && live.atMs < last.endMs) {
    if (live.atMs >= last.atMs) rows[rows.length - 1] = widened(last, live.value);
    return;
  }
  const lengthMs = windowMs[resolution];
  const atMs = Math.floor(live.atMs / lengthMs) * lengthMs;
  const { value } = live;
  rows.push({ atMs, endMs: atMs + lengthMs, value, min: value, max: value, last: value, n: 1 });
}

/** Rows that are left over at the beginning before they are taken away together. */
const leftOverMax = 100;

/** Takes away what lies before what is drawn, now and then: a page that is open for weeks keeps no more than it shows. */
export function dropRowsBefore(rows: HistoryRow[], fromMs: number): void {
  if ((rows[leftOverMax]?.atMs ?? fromMs) >= fromMs) return;
  const first = rows.findIndex(({ atMs }) => atMs >= fromMs);
  rows.splice(0, first === -1 ? rows.length : first);
}

function readingRow({ atMs, value, quality }: LiveValue): HistoryRow {
  return { atMs, value, quality };
}

function widened(row: HistoryRow, value: number): HistoryRow {
  const n = row.n ?? 0;
  return {
    ...row,
    value: ((row.value ?? 0) * n + value) / (n + 1),
    min: Math.min(row.min ?? value, value),
    max: Math.max(row.max ?? value, value),
    last: value,
    n: n + 1,
  };
}
