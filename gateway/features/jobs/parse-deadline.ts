import { localDay, zoneOffsetMinutes } from '../../core/calendar.ts';
import { GatewayError } from '../../core/errors.ts';
import { localIso } from '../../core/local-hour.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Unless a deadline is given. */
const defaultMs = dayMs;
/** No zone has ever been further from UTC. */
const offsetMinutesMax = 14 * 60;
const aheadMsMax = 10 * 366 * dayMs;

const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

export interface Deadline {
  /** UTC epoch ms. */
  readonly atMs: number;
  /** What there was to decide: a local time that does not exist, or comes twice. */
  readonly warnings: readonly string[];
}

export interface DeadlinePlace {
  readonly nowMs: number;
  /** Of the site, IANA: dates and times without an offset are in it. */
  readonly zone: string;
  /** Of what it is given as: `deadline`. */
  readonly name: string;
}

/**
 * A date (its start by the zone's clock), or a date and time with `T` or a space, seconds or none, an offset, `Z` or
 * neither. Without a text it is 24 hours from now. A local time that does not exist, or comes twice, is the earlier
 * of its two instants.
 *
 * Errors: `deadline_invalid` for what is no such time, or not in the future.
 */
export function parseDeadline(text: string | undefined, place: DeadlinePlace): Deadline {
  const { nowMs, zone, name } = place;
  if (text === undefined) return { atMs: nowMs + defaultMs, warnings: [] };
  const deadline = readDeadline(text, zone, name);
  if (deadline.atMs <= nowMs) throw refusal(text, name, `has passed: it is ${localIso(zone, nowMs)}`);
  if (deadline.atMs > nowMs + aheadMsMax) throw refusal(text, name, 'is more than ten years ahead');
  return deadline;
}

/** The same whether it is still to come or not. Errors: `deadline_invalid` for what is no such time. */
export function readDeadline(text: string, zone: string, name: string): Deadline {
  const written = text.trim();
  const found = written.length > 60 ? null : form.exec(written);
  if (found === null) throw refusal(text, name, 'is no date, nor a date and time');
  const clockMs = readClock(found);
  if (clockMs === undefined) throw refusal(text, name, 'is on no calendar or clock');
  const deadline = resolve(clockMs, found, zone);
  if (deadline === undefined) throw refusal(text, name, 'has an offset that no zone has');
  return deadline;
}

/** What is written, as if it were UTC; undefined where there is no such day or time of day. */
function readClock(found: RegExpExecArray): number | undefined {
  const [year, month, date, hours, minutes, seconds] = [1, 2, 3, 4, 5, 6].map((index) =>
    Number(found[index] ?? 0),
  ) as [number, number, number, number, number, number];
  const clock = new Date(Date.UTC(year, month - 1, date, hours, minutes, seconds));
  const isReal =
    year >= 1970 &&
    clock.getUTCMonth() === month - 1 &&
    clock.getUTCDate() === date &&
    hours < 24 &&
    minutes < 60 &&
    seconds < 60;
  const fractionMs = Math.floor(Number(`0.${found[7] ?? '0'}`) * 1_000);
  return isReal ? clock.getTime() + fractionMs : undefined;
}

function resolve(clockMs: number, found: RegExpExecArray, zone: string): Deadline | undefined {
  const offset = found[8];
  if (found[4] === undefined) return startOfDay(clockMs, zone);
  if (offset === undefined) return localInstant(clockMs, zone);
  const minutes = offsetMinutes(offset);
  return minutes === undefined ? undefined : { atMs: clockMs - minutes * minuteMs, warnings: [] };
}

function offsetMinutes(text: string): number | undefined {
  if (text.toUpperCase() === 'Z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > offsetMinutesMax) return undefined;
  return text.startsWith('-') ? -total : total;
}

function startOfDay(clockMs: number, zone: string): Deadline {
  const noon = localInstant(clockMs + dayMs / 2, zone).atMs;
  const { startMs } = localDay(zone, noon);
  const start = localIso(zone, startMs);
  if (start.slice(11, 19) === '00:00:00') return { atMs: startMs, warnings: [] };
  return { atMs: startMs, warnings: [`that day has no midnight: it starts at ${start}`] };
}

/** Both offsets that the zone has about that time are tried; the clock shows it at those that hold there. */
function localInstant(clockMs: number, zone: string): Deadline {
  const around = [clockMs - offsetMinutesMax * minuteMs, clockMs + offsetMinutesMax * minuteMs];
  const readings = around
    .map((nearMs) => clockMs - zoneOffsetMinutes(zone, nearMs) * minuteMs)
    .sort((a, b) => a - b);
  const isShown = (atMs: number): boolean => atMs + zoneOffsetMinutes(zone, atMs) * minuteMs === clockMs;
  const shown = readings.filter(isShown);
  const atMs = shown[0] ?? readings[0] ?? clockMs;
  const clock = new Date(clockMs).toISOString().slice(0, 19);
  if (shown.length === 0) {
    const why = `the clock of ${zone} never shows ${clock}`;
    return { atMs, warnings: [`${why}: ${localIso(zone, atMs)} is taken`] };
  }
  if (shown.length === 2 && shown[0] !== shown[1]) {
    const why = `the clock of ${zone} shows ${clock} twice`;
    return { atMs, warnings: [`${why}: the first, ${localIso(zone, atMs)}, is taken`] };
  }
  return { atMs, warnings: [] };
}

function refusal(text: string, name: string, why: string): GatewayError {
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  return new GatewayError('deadline_invalid', `${name} ${shown} ${why}`, {
    hint: 'write 2026-11-22, 2026-11-22T18:00:00 or 2026-11-22T18:00:00+01:00, in the future',
    facts: { property: name },
  });
}
