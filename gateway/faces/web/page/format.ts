/** What stands for "there is none". */
export const noValue = '–';

const space = '\u00a0';

/** `0 W`, `−850 W`, `1.23 kW`, `12.3 kW`; – for null. */
export function formatPower(powerW: number | null): string {
  if (powerW === null) return noValue;
  if (Math.abs(powerW) < 999.5) return `${signed(powerW, 0)}${space}W`;
  return `${signed(powerW / 1000, Math.abs(powerW) < 9_995 ? 2 : 1)}${space}kW`;
}

/** `0.42 kWh`, `12.3 kWh`, `1240 kWh`; – for null. */
export function formatEnergy(energyKwh: number | null): string {
  if (energyKwh === null) return noValue;
  const size = Math.abs(energyKwh);
  return `${signed(energyKwh, size < 9.995 ? 2 : size < 999.5 ? 1 : 0)}${space}kWh`;
}

/** A measured value with its unit: powers and energies in the size that people read, all else as it is. */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return noValue;
  if (unit === 'W') return formatPower(value);
  const size = Math.abs(value);
  const text = signed(value, size < 10 ? 2 : size < 1000 ? 1 : 0);
  if (unit === '' || unit === 'days') return `${text.replace(/\.0+$/, '')}${unit && space}${unit}`;
  return `${size < 10_000 ? text : grouped(text)}${space}${unit}`;
}

/** With so many decimals and its unit: `21.5 °C`. */
export function formatFixed(value: number, decimals: number, unit: string): string {
  return `${signed(value, decimals)}${space}${unit}`;
}

/** `850 ms`, `12 s`, `5 min`, `2 h 05 min`, `3 d 4 h`. Never negative. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 1_000) return `${Math.round(ms)}${space}ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)}${space}s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds}${space}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${space}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}${space}h${space}${String(minutes % 60).padStart(2, '0')}${space}min`;
  return `${Math.floor(hours / 24)}${space}d${space}${hours % 24}${space}h`;
}

/** An age for people: whole seconds. */
export function formatAge(ageMs: number): string {
  return ageMs < 9_950 ? `${Math.max(0, Math.round(ageMs / 1_000))}${space}s` : formatDuration(ageMs);
}

/** `14:03:05` today, `20 Nov, 14:03` on any other day, in the site's zone. */
export function formatInstant(atMs: number, nowMs: number, zone: string | undefined): string {
  const day = dateFormat({ day: 'numeric', month: 'short', year: 'numeric' }, zone);
  if (day.format(atMs) === day.format(nowMs)) {
    return dateFormat({ hour: '2-digit', minute: '2-digit', second: '2-digit' }, zone).format(atMs);
  }
  return dateFormat({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }, zone).format(
    atMs,
  );
}

/** `14:03` today, `20 Nov, 14:03` on any other day, in the site's zone. */
export function formatTime(atMs: number, nowMs: number, zone: string | undefined): string {
  const day = dateFormat({ day: 'numeric', month: 'short' }, zone);
  const time = dateFormat({ hour: '2-digit', minute: '2-digit' }, zone).format(atMs);
  return formatDate(atMs, zone) === formatDate(nowMs, zone) ? time : `${day.format(atMs)}, ${time}`;
}

/** `1 Mar 2026`, in the site's zone. */
export function formatDate(atMs: number, zone: string | undefined): string {
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric' }, zone).format(atMs);
}

/** `12.3 MB`. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (size < 1_000) return `${unit === 'B' ? String(size) : size.toFixed(1)}${space}${unit}`;
    size /= 1_000;
  }
  return `${size.toFixed(1)}${space}TB`;
}

/** `1 234 567`. */
export function formatCount(count: number): string {
  return grouped(String(count));
}

/** A share from 0 to 1 as `12 %`; small ones keep a decimal. */
export function formatShare(share: number): string {
  const pct = share * 100;
  return `${pct > 0 && pct < 9.95 ? pct.toFixed(1) : String(Math.round(pct))}${space}%`;
}

/** The endings of names that are units, so that they stand beside the value. */
const unitEnding =
  /(?<=[a-z0-9])_(?:[a-z0-9]+_per_[a-z0-9]+|w|kw|kwh|wh|v|a|c|hz|pct|va|var|kvarh|m3|m|hpa|deg|mw|mv|gj|lpm|dbm|days)$/;

/** A name of the API for people: `pv_string1_voltage_v` is `PV string1 voltage`. */
export function plainName(quantity: string): string {
  const words = quantity.replace(unitEnding, '').split(/[_.]/).join(' ').trim();
  const text = words.replaceAll(/\b(pv|soc|soh|uv)\b/g, (word) => word.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A true minus, and none on what rounds to zero. */
function signed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '\u2212');
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs far more than using it. */
function dateFormat(options: Intl.DateTimeFormatOptions, zone: string | undefined): Intl.DateTimeFormat {
  const key = JSON.stringify([options, zone]);
  const known = formats.get(key);
  if (known !== undefined) return known;
  const zoned = zone === undefined ? options : { ...options, timeZone: zone };
  const made = new Intl.DateTimeFormat('en-GB', zoned);
  formats.set(key, made);
  return made;
}
