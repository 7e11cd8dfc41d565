import type { Resolution } from './api-types.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const chartRanges = [
  { label: '1 h', title: 'The last hour', spanMs: hourMs },
  { label: '24 h', title: 'The last 24 hours', spanMs: dayMs },
  { label: '7 d', title: 'The last 7 days', spanMs: 7 * dayMs },
  { label: '30 d', title: 'The last 30 days', spanMs: 30 * dayMs },
  { label: '1 y', title: 'The last year', spanMs: 365 * dayMs },
] as const;

export type ChartRange = (typeof chartRanges)[number];

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Shorter spans hold too few readings to draw. */
const spanMsMin = 60_000;
const fittedMsMin = 5 * 60_000;
const spanMsMax = 10 * 365 * dayMs;

/** Window lengths; raw readings have none. */
export const windowMs = { raw: undefined, '1m': 60_000, '1h': hourMs, '1d': dayMs } as const;

/** The finest level that draws the span in at most about two thousand points. */
export function resolutionFor(spanMs: number): Resolution {
  if (spanMs <= hourMs) return 'raw';
  if (spanMs <= 36 * hourMs) return '1m';
  return spanMs <= 80 * dayMs ? '1h' : '1d';
}

/** What to ask when a level holds nothing of a span any more. */
export function coarser(resolution: Resolution): Resolution | undefined {
  return ({ raw: '1m', '1m': '1h', '1h': '1d', '1d': undefined } as const)[resolution];
}

/** A gateway that is new has little of a day to show: it begins with the hour. */
export function firstRange(oldestMs: number | undefined, nowMs: number): ChartRange {
  const [hour, day] = chartRanges;
  return oldestMs === undefined || nowMs - oldestMs < 3 * hour.spanMs ? hour : day;
}

/** The span, or as much before its end as can be drawn. */
export function notTooShort({ fromMs, toMs }: Span): Span {
  return { fromMs: Math.min(fromMs, toMs - spanMsMin), toMs };
}

/** A span that history fills less than a quarter of begins where history does. */
export function fitted({ fromMs, toMs }: Span, firstMs: number): Span {
  const isMostlyEmpty = toMs - firstMs < (toMs - fromMs) / 4;
  return { fromMs: isMostlyEmpty ? Math.min(firstMs, toMs - fittedMsMin) : fromMs, toMs };
}

/** The span scaled around its middle, kept in bounds and out of the future. */
export function scaled({ fromMs, toMs }: Span, factor: number, nowMs: number): Span {
  const spanMs = Math.min(spanMsMax, Math.max(spanMsMin, (toMs - fromMs) * factor));
  return before((fromMs + toMs) / 2 + spanMs / 2, spanMs, nowMs);
}

/** The span moved by a share of itself, kept out of the future. */
export function moved({ fromMs, toMs }: Span, share: number, nowMs: number): Span {
  const spanMs = toMs - fromMs;
  return before(toMs + spanMs * share, spanMs, nowMs);
}

function before(endMs: number, spanMs: number, nowMs: number): Span {
  const toMs = Math.min(endMs, nowMs);
  return { fromMs: toMs - spanMs, toMs };
}
