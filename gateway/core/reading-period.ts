/** Of a source, in milliseconds. Some kinds want a longer one. */
const readingPeriodMsMin = 10_000;
/** Of a source on the machine's own wires. */
const shortPeriodMsMin = 1_000;
export const readingPeriodMsMax = 24 * 3_600_000;

interface Pace {
  readonly periodMsMin: number;
  readonly allowsShortPeriods?: true;
}

/** What the period of a source must not be shorter than; without a pace, of a kind that is not known. */
export function leastPeriodMs(pace: Pace | undefined): number {
  const usualMs = pace?.allowsShortPeriods === true ? shortPeriodMsMin : readingPeriodMsMin;
  return Math.max(usualMs, pace?.periodMsMin ?? 0);
}

/** The form of a source's period, for JSON schemas: a whole number and its unit, in small or capital letters. */
export const periodPattern = '^[0-9]{1,6}[smhSMH]$';

const form = new RegExp(periodPattern);
const unitsMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 };

/** Milliseconds of `10s`, `5m` or `1H`, whatever they amount to; undefined for anything else. */
export function parsePeriodMs(text: string): number | undefined {
  const unitMs = form.test(text) ? unitsMs[text.slice(-1).toLowerCase()] : undefined;
  return unitMs === undefined ? undefined : Number.parseInt(text, 10) * unitMs;
}

/** The shortest text of a whole number of seconds. */
export function periodText(periodMs: number): string {
  const [unit, unitMs] = Object.entries(unitsMs).find(([, size]) => periodMs % size === 0) ?? ['s', 1_000];
  return `${Math.max(1, Math.round(periodMs / unitMs))}${unit}`;
}
