import { GatewayError } from '../../core/errors.ts';

const units = [
  { name: 'week', ms: 604_800_000, form: /^(?:w|wks?|weeks?)$/ },
  { name: 'day', ms: 86_400_000, form: /^(?:d|dys?|days?)$/ },
  { name: 'hour', ms: 3_600_000, form: /^(?:h|hrs?|hours?)$/ },
  { name: 'minute', ms: 60_000, form: /^(?:m|mins?|minutes?)$/ },
  { name: 'second', ms: 1_000, form: /^(?:s|secs?|seconds?)$/ },
] as const;

const [, day, hour, minute, second] = units;
const durationMsMax = 366 * day.ms;
const textLengthMax = 100;
const partForm = /^(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})\s*([a-z]+)/;
/** Between two parts; the ancestor's users write `2h, 5m` and `2h/5m`. */
const separator = /^\s*[,/]?\s*/;
const clockForm = /^(?:(\d{1,3}):(?=\d\d:\d\d:))?(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?$/;
const isoForm =
  /^p(?=[\dt])(?:(\d{1,9}(?:[.,]\d{1,9})?)w)?(?:(\d{1,9}(?:[.,]\d{1,9})?)d)?(?:t(?=\d)(?:(\d{1,9}(?:[.,]\d{1,9})?)h)?(?:(\d{1,9}(?:[.,]\d{1,9})?)m)?(?:(\d{1,9}(?:[.,]\d{1,9})?)s)?)?$/;

/**
 * Milliseconds of a duration as people write it: `2h`, `1h30m`, `1.5 hours`, `2 days, 4:13:02`, `1:30:00`,
 * `1:02:30:00` (days first), `PT1H30M`. `H:MM` means hours and minutes. Anything that has a second reading, or none,
 * is refused.
 *
 * Errors: `duration_invalid`.
 *
 * @param name of what it is given as: `estimate`
 */
export function parseDuration(text: string, name: string): number {
  const written = text.trim().toLowerCase();
  if (written === '') throw refusal(text, name, 'is empty');
  if (written.length > textLengthMax) throw refusal(text, name, 'is too long a text');
  const durationMs = readIso(written) ?? readParts(written.replace(/^\+\s*/, ''));
  if (durationMs === undefined) throw refusal(text, name, whyNot(written));
  const wholeMs = Math.round(durationMs);
  if (wholeMs < 1) throw refusal(text, name, 'is no time at all');
  if (wholeMs > durationMsMax) throw refusal(text, name, 'is longer than a year');
  return wholeMs;
}

/** `1 day 2 hours 30 minutes`: `parseDuration` reads it back as the same whole number of milliseconds. */
export function formatDurationInWords(durationMs: number): string {
  let leftMs = durationMs;
  const parts: string[] = [];
  for (const unit of [day, hour, minute, second]) {
    const count = unit === second ? leftMs / unit.ms : Math.floor(leftMs / unit.ms);
    leftMs -= count * unit.ms;
    if (count > 0) parts.push(`${count} ${unit.name}${count === 1 ? '' : 's'}`);
  }
  return parts.join(' ');
}

function readIso(written: string): number | undefined {
  const found = isoForm.exec(written);
  if (found === null) return undefined;
  const counts = found.slice(1).map((part: string | undefined) => Number((part ?? '0').replace(',', '.')));
  return units.reduce((sum, unit, index) => sum + unit.ms * (counts[index] ?? 0), 0);
}

/** Parts with their units, from the largest to the smallest, each once; the last may be a clock's `4:13:02`. */
function readParts(written: string): number | undefined {
  let rest = written;
  let sumMs = 0;
  let last = -1;
  while (rest !== '') {
    const clock = clockForm.exec(rest);
    if (clock !== null) {
      const clockMs = last <= units.indexOf(day) ? readClock(clock, last >= 0) : undefined;
      return clockMs === undefined ? undefined : sumMs + clockMs;
    }
    const part = partForm.exec(rest);
    const index = units.findIndex(({ form }) => form.test(part?.[2] ?? ''));
    if (part === null || index <= last) return undefined;
    sumMs += Number(part[1]) * (units[index]?.ms ?? 0);
    last = index;
    const after = rest.slice(part[0].length);
    rest = after.replace(separator, '');
    if (rest === '' && after.trim() !== '') return undefined;
  }
  return sumMs;
}

function readClock(parts: RegExpExecArray, followsDays: boolean): number | undefined {
  const [days, hours, minutes, seconds] = [1, 2, 3, 4].map((index) => Number(parts[index] ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  const isPartOfDay = followsDays || parts[1] !== undefined;
  if (followsDays && parts[1] !== undefined) return undefined;
  if (minutes > 59 || seconds >= 60 || (isPartOfDay && hours > 23)) return undefined;
  return days * day.ms + hours * hour.ms + minutes * minute.ms + seconds * second.ms;
}

function whyNot(written: string): string {
  if (/^[-−]/.test(written)) return 'is negative';
  if (/^\+?[\d.]+$/.test(written)) return 'has no unit';
  if (/^p.*[ym]/.test(written)) return 'is not one that can be read for certain: years and months differ';
  if (/[a-z]\s*[,/]?\s*[\d.]+$/.test(written)) return 'has no unit at its end';
  if (/^[\d.]*:[\d:.]*$/.test(written)) return 'is not hours and minutes, nor hours, minutes and seconds';
  return 'cannot be read for certain';
}

function refusal(text: string, name: string, why: string): GatewayError {
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  return new GatewayError('duration_invalid', `${name} ${shown} ${why}`, {
    hint: 'write 2h, 1h30m, 90m, 1:30 (hours and minutes), 1:30:00 or PT1H30M',
    facts: { property: name },
  });
}
