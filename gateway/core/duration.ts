const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The form of a duration, for JSON schemas: a whole number and its unit. */
export const durationPattern = '^[0-9]{1,9}(ms|s|m|h|d)$';

const form = new RegExp(durationPattern);

/** Milliseconds of `500ms`, `10s`, `1m`, `24h` or `7d`; undefined for anything else. */
export function parseDurationMs(text: string): number | undefined {
  const unit = form.exec(text)?.[1];
  const unitMs = unit === undefined ? undefined : unitsMs[unit];
  return unitMs === undefined ? undefined : Number.parseInt(text, 10) * unitMs;
}

/** The shortest text that `parseDurationMs` reads back as the same whole number of milliseconds. */
export function formatDuration(durationMs: number): string {
  const units = Object.entries(unitsMs).reverse();
  const [unit, unitMs] = units.find(([, size]) => durationMs >= size && durationMs % size === 0) ?? ['ms', 1];
  return `${durationMs / unitMs}${unit}`;
}
