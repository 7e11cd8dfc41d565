import type { Span } from './chart-ranges.ts';
import { zoneOffsetMs } from './site-day.ts';

export interface TimeTick {
  readonly atMs: number;
  /** `06:00`, and at midnight the day: `Sun 22`. */
  readonly text: string;
  readonly isDay: boolean;
}

const minuteMs = 60_000;
/** All zones are whole quarters off the full hour, so these minutes are the same in all of them. */
const gridMs = 5 * minuteMs;
const stepsMinutes = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * Full hours of the site's clock within the span, or parts of them from `stepMinutesMin` on, no more than there is room
 * for: days of 23 and 25 hours included.
 */
export function timeTicks(
  { fromMs, toMs }: Span,
  zone: string | undefined,
  ticksMax: number,
  stepMinutesMin = 60,
): TimeTick[] {
  const minutes = (toMs - fromMs) / minuteMs;
  const steps = stepsMinutes.filter((each) => each >= stepMinutesMin);
  const step = steps.find((each) => minutes / each <= ticksMax) ?? 1440;
  const ticks: TimeTick[] = [];
  for (let atMs = Math.ceil(fromMs / gridMs) * gridMs; atMs < toMs; atMs += gridMs) {
    const local = new Date(atMs + zoneOffsetMs(atMs, zone));
    const [hour, minute] = [local.getUTCHours(), local.getUTCMinutes()];
    if ((hour * 60 + minute) % step !== 0) continue;
    const isDay = hour === 0 && minute === 0;
    const day = `${weekdays[local.getUTCDay()] ?? ''} ${local.getUTCDate()}`;
    const text = isDay ? day : `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
    ticks.push({ atMs, text, isDay });
  }
  return ticks;
}
