import type { Span } from './chart-ranges.ts';
import type { Stretch } from './job-types.ts';
import { zoneOffsetMs } from './site-day.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const windowPattern = /\bwindow:(\d\d):(\d\d)-(\d\d):(\d\d)\b/g;

/** When a job may run by the windows of what it waits for, within the span; undefined when it names none. */
export function allowedStretches(when: string, span: Span, zone: string | undefined): Stretch[] | undefined {
  const windows = [...when.matchAll(windowPattern)].map((match) => match.slice(1).map(Number));
  if (windows.length === 0) return undefined;
  return windows
    .map(([fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0]) =>
      stretchesOf(fromHour * 60 + fromMinute, toHour * 60 + toMinute, span, zone),
    )
    .reduce(overlap);
}

/** Of each local day that touches the span; a window whose end is not after its start goes over midnight. */
function stretchesOf(from: number, to: number, { fromMs, toMs }: Span, zone: string | undefined): Stretch[] {
  const until = to > from ? to : to + 24 * 60;
  const localOf = (atMs: number): number => Math.floor((atMs + zoneOffsetMs(atMs, zone)) / dayMs) * dayMs;
  const stretches: Stretch[] = [];
  for (let day = localOf(fromMs) - dayMs; day <= localOf(toMs); day += dayMs) {
    const startMs = Math.max(fromMs, instantOf(day + from * minuteMs, zone));
    const endMs = Math.min(toMs, instantOf(day + until * minuteMs, zone));
    if (startMs < endMs) stretches.push({ startMs, endMs });
  }
  return stretches;
}

/** Of what the site's clock shows; of a time that comes twice the first. */
function instantOf(localMs: number, zone: string | undefined): number {
  const offsets = [localMs - dayMs, localMs + dayMs].map((atMs) => zoneOffsetMs(atMs, zone));
  const found = offsets
    .map((offset) => localMs - offset)
    .filter((atMs) => atMs + zoneOffsetMs(atMs, zone) === localMs);
  // One that the clock skips is as much later as it skips.
  return found.length > 0 ? Math.min(...found) : localMs - Math.min(...offsets);
}

function overlap(some: readonly Stretch[], others: readonly Stretch[]): Stretch[] {
  return some.flatMap((one) =>
    others.flatMap((other) => {
      const startMs = Math.max(one.startMs, other.startMs);
      const endMs = Math.min(one.endMs, other.endMs);
      return startMs < endMs ? [{ startMs, endMs }] : [];
    }),
  );
}
