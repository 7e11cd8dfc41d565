import { zoneOffsetMinutes } from '../../core/calendar.ts';

const minuteMs = 60_000;
/** Clocks of meters and ours differ by less. */
const aheadMsMax = minuteMs;
const pattern = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})([SW]?)$/;
/** Central Europe, where P1 ports are. */
const [winterMinutes, summerMinutes] = [60, 120];

export interface MeterClock {
  /** IANA. */
  readonly zone: string;
  /** UTC epoch ms, ours. */
  readonly nowMs: number;
}

/**
 * UTC epoch ms of `YYMMDDhhmmss` as a meter writes it, with `S` (summer time) or `W` (winter time) after it, or with
 * neither: then, of the hour that comes twice in autumn, the later one that is not after now; and in the hour that
 * spring leaves out the meter has not set its clock yet. Undefined when it is no time.
 */
export function meterTimeMs(text: string, { zone, nowMs }: MeterClock): number | undefined {
  const [, year, month, day, hour, minute, second, mark] = pattern.exec(text) ?? [];
  if (year === undefined) return undefined;
  const localMs = Date.parse(`20${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // A date such as 30 February is taken for one of March.
  if (Number.isNaN(localMs) || new Date(localMs).getUTCDate() !== Number(day)) return undefined;
  if (mark !== '') return localMs - markedMinutes(zone, localMs, mark === 'S') * minuteMs;
  return zonedTimeMs(localMs, zone, nowMs);
}

/** UTC epoch ms of `2026-01-14T18:15:02`, local as above; a distance from UTC after it is believed. */
export function meterIsoMs(text: string, { zone, nowMs }: MeterClock): number | undefined {
  if (/(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    const atMs = Date.parse(text);
    return Number.isNaN(atMs) ? undefined : atMs;
  }
  const parts = /^20(\d{2})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?$/.exec(text);
  return parts === null ? undefined : meterTimeMs(parts.slice(1).join(''), { zone, nowMs });
}

function zonedTimeMs(localMs: number, zone: string, nowMs: number): number {
  // More than any zone's distance from UTC, and less than between two changes of a clock.
  const dayMs = 86_400_000;
  const offsets = [zoneOffsetMinutes(zone, localMs - dayMs), zoneOffsetMinutes(zone, localMs + dayMs)];
  const [before = 0] = offsets;
  const fitting = [...new Set(offsets)]
    .map((offset) => ({ atMs: localMs - offset * minuteMs, offset }))
    .filter(({ atMs, offset }) => zoneOffsetMinutes(zone, atMs) === offset)
    .map(({ atMs }) => atMs)
    .sort((one, other) => one - other);
  const past = fitting.filter((atMs) => atMs <= nowMs + aheadMsMax);
  return past.at(-1) ?? fitting[0] ?? localMs - before * minuteMs;
}

/** By the zone's own two offsets of that year; where it has one only, by those of Central Europe. */
function markedMinutes(zone: string, localMs: number, isSummer: boolean): number {
  const year = new Date(localMs).getUTCFullYear();
  const offsets = [0, 6].map((month) => zoneOffsetMinutes(zone, Date.UTC(year, month, 15)));
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  if (least === most) return isSummer ? summerMinutes : winterMinutes;
  return isSummer ? most : least;
}
