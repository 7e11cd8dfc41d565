import assert from 'node:assert';
import { zoneOffsetMinutes } from './calendar.ts';
import type { Interval } from './interval.ts';

/** Tempo is a tariff of mainland France; its days are those of this zone, wherever the gateway is. */
export const tempoZone = 'Europe/Paris';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A Tempo day begins with its peak hours. */
const startHour = 6;

/** A calendar day `2025-01-10`: as a Tempo day it lasts from its 06:00 to 06:00 of the next. */
export type TempoDay = string;

/** From 1 September to 31 August. */
export interface TempoSeason {
  /** `2025-2026` */
  readonly label: string;
  readonly firstDay: TempoDay;
  readonly lastDay: TempoDay;
  /** 365, or 366 with a 29 February. */
  readonly days: number;
}

/** From 1970 to 9998: days before and after it, and its season, can be written too. */
export function isTempoDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '1970' || text >= '9999') return false;
  return dayOf(Date.parse(`${text}T00:00:00Z`)) === text;
}

/** The day 06:00–06:00 that holds the instant, as the clocks of France show it: at 02:00 it is yesterday’s. */
export function tempoDayAt(atMs: number): TempoDay {
  return dayOf(localMs(atMs) - startHour * hourMs);
}

/** The date of the instant in France, which changes at midnight. */
export function frenchDateAt(atMs: number): TempoDay {
  return dayOf(localMs(atMs));
}

export function addDays(day: TempoDay, days: number): TempoDay {
  return dayOf(utcMidnightMs(day) + days * dayMs);
}

/** When the clocks of France show that hour on that date. Not for the hours 02:00–03:00, which may be there twice. */
export function frenchInstantMs(day: TempoDay, hour: number, minute = 0): number {
  const shownMs = utcMidnightMs(day) + hour * hourMs + minute * minuteMs;
  // France is one or two hours ahead, and sets its clocks at 01:00 UTC.
  const offset = zoneOffsetMinutes(tempoZone, shownMs - hourMs);
  return shownMs - offset * minuteMs;
}

/** 23, 24 or 25 hours. */
export function tempoDayInterval(day: TempoDay): Interval {
  return { startMs: frenchInstantMs(day, startHour), endMs: frenchInstantMs(addDays(day, 1), startHour) };
}

export function tempoSeasonOf(day: TempoDay): TempoSeason {
  const year = Number(day.slice(0, 4)) - (day.slice(5, 7) < '09' ? 1 : 0);
  const firstDay = `${year}-09-01`;
  const lastDay = `${year + 1}-08-31`;
  const days = Math.round((utcMidnightMs(lastDay) - utcMidnightMs(firstDay)) / dayMs) + 1;
  return { label: `${year}-${year + 1}`, firstDay, lastDay, days };
}

/** 0 is Sunday. */
export function weekdayOf(day: TempoDay): number {
  return new Date(utcMidnightMs(day)).getUTCDay();
}

function localMs(atMs: number): number {
  return atMs + zoneOffsetMinutes(tempoZone, atMs) * minuteMs;
}

function utcMidnightMs(day: TempoDay): number {
  const ms = Date.parse(`${day}T00:00:00Z`);
  assert(Number.isFinite(ms), `${day} is no day`);
  return ms;
}

function dayOf(utcMs: number): TempoDay {
  return Number.isFinite(utcMs) ? new Date(utcMs).toISOString().slice(0, 10) : '';
}
