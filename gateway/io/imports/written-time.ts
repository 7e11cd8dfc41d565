import { zoneOffsetMinutes } from '../../core/calendar.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const form =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;
/** Seconds since 1970 that are no other number: 2001 to 2286. */
const secondsForm = /^\d{10}(?:\.\d+)?$/;

export interface WrittenTime {
  readonly atMs: number;
  /** Whether the text says no zone. */
  readonly isLocal: boolean;
  /** Where it says none: clocks show it twice on that day, as they are set back, or never, as they are set forward. */
  readonly shown?: 'twice' | 'never';
}

/**
 * UTC epoch ms of `2024-03-31T02:30:00Z`, with a distance from UTC instead, or with neither: then it is of the zone, and
 * of the hour that comes twice it is the first one that is not before `afterMs`. Seconds since 1970 are understood.
 * Undefined when it is no time.
 */
export function writtenTime(
  cell: string | number | null,
  { zone, afterMs }: { readonly zone: string; readonly afterMs: number },
): WrittenTime | undefined {
  const text = String(cell ?? '').trim();
  if (secondsForm.test(text)) return { atMs: Math.round(Number(text) * 1000), isLocal: false };
  const parts = form.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', said] = parts;
  const localMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // A date such as 30 February is taken for one of March.
  if (Number.isNaN(localMs) || new Date(localMs).getUTCDate() !== Number(day)) return undefined;
  const ms = localMs + Math.floor(Number(`0.${fraction || 0}`) * 1000);
  if (said === undefined) return { ...zonedTime(ms, zone, afterMs), isLocal: true };
  return { atMs: ms - saidMinutes(said) * minuteMs, isLocal: false };
}

function saidMinutes(said: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(said) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function zonedTime(localMs: number, zone: string, afterMs: number): Omit<WrittenTime, 'isLocal'> {
  const offsets = [zoneOffsetMinutes(zone, localMs - dayMs), zoneOffsetMinutes(zone, localMs + dayMs)];
  const fitting = [...new Set(offsets)]
    .map((offset) => ({ atMs: localMs - offset * minuteMs, offset }))
    .filter(({ atMs, offset }) => zoneOffsetMinutes(zone, atMs) === offset)
    .map(({ atMs }) => atMs)
    .sort((one, other) => one - other);
  const [first, second] = fitting;
  // In the hour that spring leaves out, the clock that wrote it had not been set yet.
  if (first === undefined) return { atMs: localMs - (offsets[0] ?? 0) * minuteMs, shown: 'never' };
  if (second === undefined) return { atMs: first };
  return { atMs: fitting.find((atMs) => atMs >= afterMs) ?? first, shown: 'twice' };
}
