import { zoneOffsetMinutes } from '../../core/calendar.ts';
import type { Interval } from '../../core/interval.ts';
import {
  addDays,
  frenchDateAt,
  frenchInstantMs,
  tempoDayAt,
  tempoZone,
  type TempoDay,
} from '../../core/tempo-day.ts';
import { readDay } from './read-day.ts';
import { readHour } from './read-hour.ts';
import { refuse } from './refuse.ts';

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
/** How long it is unless said. */
export const usualDerogationMs = 12 * 60 * minuteMs;
/** Another day than today begins for the server with its tariff day. */
const usualStartMinutes = 6 * 60;
const daysAheadMax = 366;

/** What somebody asks for, as he has written it. */
export interface AskedDerogation {
  /** `today`, `tomorrow` or a date, by the calendar of France. */
  readonly day: string;
  readonly hourStart?: string | undefined;
  readonly hourEnd?: string | undefined;
}

/**
 * From when to when it is meant. Today begins now, other days at 06:00; the end is twelve hours later: unless hours of that
 * date are given. An hour that is there twice, when the clocks are set back, is the later one. Errors: `input_invalid`.
 */
export function derogationWindow(asked: AskedDerogation, nowMs: number): Interval {
  const today = frenchDateAt(nowMs);
  const day = dayMeant(asked.day, today);
  const startMs = startOf(day, asked, { today, nowMs });
  if (asked.hourEnd === undefined) return { startMs, endMs: startMs + usualDerogationMs };
  const endMs = instantOf('hourEnd', day, readHour('hourEnd', asked.hourEnd));
  if (endMs > startMs) return { startMs, endMs };
  const isOver = endMs <= nowMs;
  throw refuse(
    isOver ? 'in-the-past' : 'end-before-start',
    `it would end at ${clockText(endMs)}, ${isOver ? `and it is ${clockText(nowMs)} now` : `not after its start at ${clockText(startMs)}`}`,
    {
      hint: 'the hours are those of one date, up to 24; ask for the next day apart',
      facts: { day, startMs, endMs, nowMs },
    },
  );
}

/** The tariff days that it touches, in order. */
export function touchedDays({ startMs, endMs }: Interval): readonly TempoDay[] {
  const days: TempoDay[] = [];
  for (let day = tempoDayAt(startMs); day <= tempoDayAt(endMs - 1); day = addDays(day, 1)) days.push(day);
  return days;
}

/** `2025-01-10 06:00` by the clocks of France. */
export function clockText(atMs: number): string {
  const shown = new Date(atMs + zoneOffsetMinutes(tempoZone, atMs) * minuteMs).toISOString();
  return `${shown.slice(0, 10)} ${shown.slice(11, 16)}`;
}

function dayMeant(text: string, today: TempoDay): TempoDay {
  const word = text.trim().toLowerCase();
  if (word === 'today') return today;
  if (word === 'tomorrow') return addDays(today, 1);
  const day = readDay('day', text);
  if (day < today)
    throw refuse('in-the-past', `${day} is over; today is ${today}`, {
      hint: 'give today, tomorrow or a later date',
      facts: { day, today },
    });
  if (day <= addDays(today, daysAheadMax)) return day;
  throw refuse('too-far-ahead', `${day} is more than a year away`, {
    hint: 'ask nearer to that day',
    facts: { day, today },
  });
}

function startOf(
  day: TempoDay,
  { hourStart }: AskedDerogation,
  { today, nowMs }: { readonly today: TempoDay; readonly nowMs: number },
): number {
  if (hourStart === undefined && day === today) return nowMs;
  const minutes = hourStart === undefined ? usualStartMinutes : readHour('hourStart', hourStart);
  const startMs = instantOf('hourStart', day, minutes);
  if (startMs >= nowMs) return startMs;
  // Whoever asks at 14:00:20 for 14:00 means now.
  if (nowMs - startMs < minuteMs) return nowMs;
  throw refuse('in-the-past', `${clockText(startMs)} is over; it is ${clockText(nowMs)} now`, {
    hint: 'leave the hour out to begin now, or give a later one',
    facts: { day, startMs, nowMs },
  });
}

function instantOf(name: string, day: TempoDay, minutes: number): number {
  if (minutes === dayMinutes) return frenchInstantMs(addDays(day, 1), 0);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  const atMs = frenchInstantMs(day, hour, minute);
  const wanted = `${day} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  if (clockText(atMs) === wanted) return atMs;
  throw refuse('hour-not-there', `${name}: there is no ${wanted}: the clocks are set forward then`, {
    hint: 'give 03:00 or a later hour',
    facts: { property: name, day },
  });
}
