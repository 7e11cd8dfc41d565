import type { Span } from './chart-ranges.ts';
import { zoneOffsetMs } from './site-day.ts';

export interface TimeTick {
  readonly atMs: number;
  /** `06:00`, and at midnight the day: `Sun 22`. */
  readonly text: string;
  readonly isDay: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** All zones are so many minutes off the full hour. */
const gridMs = 15 * minuteMs;
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Full hours of the site's clock within the span, no more than there is room for: days of 23 and 25 hours included. */
export function timeTicks({ fromMs, toMs }: Span, zone: string | undefined, ticksMax: number): TimeTick[] {
  const hours = (toMs - fromMs) / hourMs;
  const step = [1, 2, 3, 6, 12, 24].find((each) => hours / each <= ticksMax) ?? 24;
  const ticks: TimeTick[] = [];
  for (let atMs = Math.ceil(fromMs / gridMs) * gridMs; atMs < toMs; atMs += gridMs) {
    const local = new Date(atMs + zoneOffsetMs(atMs, zone));
    const [hour, minute] = [local.getUTCHours(), local.getUTCMinutes()];
    if (minute !== 0 || hour % step !== 0) continue;
    const day = `${weekdays[local.getUTCDay()] ?? ''} ${local.getUTCDate()}`;
    const text = hour === 0 ? day : `${String(hour).padStart(2, '0')}:00`;
    ticks.push({ atMs, text, isDay: hour === 0 });
  }
  return ticks;
}
