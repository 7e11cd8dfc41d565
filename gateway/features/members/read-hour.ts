import { refuse } from './refuse.ts';

/** After the hour, nothing, `h` or `:`, then minutes of two digits. */
const form = /^(\d{1,2})(?:(?:[h:])(\d{2})?)?$/i;

/**
 * An hour as people give it, in minutes since midnight: `14`, `14h`, `14:30`, `14h30`; `24` is the end of the day. Errors:
 * `input_invalid`. @param name of the input
 */
export function readHour(name: string, text: string): number {
  const [, hour, minute = '00'] = form.exec(text.trim()) ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  if (hour !== undefined && Number(minute) < 60 && minutes <= 24 * 60 && !/:$/.test(text.trim()))
    return minutes;
  throw refuse('hour-unreadable', `${name}: ${JSON.stringify(text)} is no hour`, {
    hint: 'give hours from 0 to 24, with minutes where needed: 14, 14h or 14:30',
    facts: { property: name, given: text.slice(0, 40) },
  });
}
