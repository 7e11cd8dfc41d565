import type { HistoryHour } from '../../../gateway/storage/store-calls.ts';

const hourMs = 3_600_000;
const count = 60;
export const importNowMs = Date.UTC(2026, 2, 10, 10, 30);
export const importOptions = { rawFromMs: importNowMs - 168 * hourMs, nowMs: importNowMs, isDryRun: false };

/** Hours of a counter on both sides of where raw readings begin. */
export function importedHours(): readonly HistoryHour[] {
  return Array.from({ length: count }, (_, index) => {
    const startMs = Math.floor(importNowMs / hourMs) * hourMs - (200 - index) * hourMs;
    const atMs = Float64Array.from({ length: 60 }, (_minute, minute) => startMs + minute * 60_000);
    return {
      device: 'p1',
      quantity: 'grid_import_kwh',
      startMs,
      atMs,
      value: atMs.map((at) => (at % 1e9) / 1e6),
    };
  });
}
