import { zoneOffsetMinutes } from '../../core/calendar.ts';
import type { Language } from '../../core/alert.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How people are told times: in the zone of the site, and with the year where that is another than the one it is. */
export interface TimeTelling {
  readonly zone: string;
  readonly language: Language;
  /** UTC epoch ms. */
  readonly nowMs: number;
}

/** An instant by the clock of the site: `13/02 06h40`, `13 Feb 06:40`. */
export function localTimeText(atMs: number, { zone, language, nowMs }: TimeTelling): string {
  const at = localParts(zone, atMs);
  const isOtherYear = at.year !== localParts(zone, nowMs).year;
  if (language === 'fr') {
    const year = isOtherYear ? `/${at.year}` : '';
    return `${at.day}/${at.month}${year} ${at.hour}h${at.minute}`;
  }
  const year = isOtherYear ? ` ${at.year}` : '';
  return `${Number(at.day)} ${months[Number(at.month) - 1] ?? ''}${year} ${at.hour}:${at.minute}`;
}

/** A duration in its two largest units: `1 h 20 min`. Less than a minute is seconds. */
export function lastedText(durationMs: number, language: Language): string {
  const ms = Math.max(0, durationMs);
  if (ms < minuteMs) return `${Math.floor(ms / 1_000)} s`;
  const [days, hours, minutes] = [ms / dayMs, (ms % dayMs) / hourMs, (ms % hourMs) / minuteMs].map(
    Math.floor,
  );
  const day = language === 'fr' ? 'j' : 'd';
  const parts = [`${days} ${day}`, `${hours} h`, `${minutes} min`];
  const first = parts.findIndex((part) => !part.startsWith('0 '));
  return parts
    .slice(first, first + 2)
    .filter((part) => !part.startsWith('0 '))
    .join(' ');
}

interface LocalParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
}

function localParts(zone: string, atMs: number): LocalParts {
  const local = new Date(atMs + zoneOffsetMinutes(zone, atMs) * minuteMs).toISOString();
  const [, year = '', month = '', day = '', hour = '', minute = ''] =
    /^([+-]?\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(local) ?? [];
  return { year, month, day, hour, minute };
}
