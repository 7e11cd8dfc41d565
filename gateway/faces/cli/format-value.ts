import type { JsonSchema } from '../commands/json-schema.ts';

/** What stands for a value that there is not. */
const none = '-';
/** What stands for a list without anything in it. */
export const nothing = 'none';

/** A value as people read it: with its unit, in local time, and without anything that a terminal obeys. */
export function formatValue(value: unknown, schema: JsonSchema = {}, unit = ''): string {
  if (value === null || value === undefined || value === '') return none;
  if (typeof value === 'number') return formatNumber(value, schema.meaning, unit);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map((item) => formatValue(item)).join(', ') || nothing;
  return printable(JSON.stringify(value));
}

/** Local time to the second, with its offset: `2026-03-29T08:15:00+02:00`. */
export function formatInstant(atMs: number): string {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return none;
  const offsetMinutes = -date.getTimezoneOffset();
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, 19);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const hours = Math.floor(Math.abs(offsetMinutes) / 60);
  return `${local}${sign}${twoDigits(hours)}:${twoDigits(Math.abs(offsetMinutes) % 60)}`;
}

/** `850 ms`, `12.3 s`, `5 m 03 s`, `2 h 05 m`, `3 d 04 h`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  if (durationMs < 1000) return `${trim(durationMs, 1)} ms`;
  const seconds = Math.floor(durationMs / 1000);
  if (seconds < 120) return `${(durationMs / 1000).toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} m ${twoDigits(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${twoDigits(minutes % 60)} m`;
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`;
}

function formatNumber(value: number, meaning: string | undefined, unit: string): string {
  switch (meaning) {
    case 'epoch_ms':
      return formatInstant(value);
    case 'ms':
      return formatDuration(value);
    case 'bytes':
      return formatBytes(value);
    case 'ratio':
      return `${(value * 100).toFixed(1)} %`;
    default:
      return unit === '' ? trim(value, 3) : `${trim(value, 3)} ${unit}`;
  }
}

function formatBytes(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 1000) return `${unit === 'B' ? String(value) : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(1)} TB`;
}

function trim(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}

/** Names come from devices and strangers: they must not move the cursor, colour the screen or turn its words round. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
