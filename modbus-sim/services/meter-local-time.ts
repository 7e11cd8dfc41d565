/** The time as a meter's clock in that zone shows it. */
export interface MeterLocalTime {
  /** `YYMMDDhhmmss`. */
  readonly digits: string;
  /** `2026-01-14T18:15:02`. */
  readonly iso: string;
  /** Summer or winter. */
  readonly mark: 'S' | 'W';
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function meterLocalTime(atMs: number, zone: string): MeterLocalTime {
  const iso = isoIn(zone, atMs);
  const year = new Date(atMs).getUTCFullYear();
  const offsets = [0, 6].map((month) => offsetMs(zone, Date.UTC(year, month, 15)));
  const isSummer = offsetMs(zone, atMs) > Math.min(...offsets);
  return { digits: iso.slice(2).replace(/[^\d]/g, ''), iso, mark: isSummer ? 'S' : 'W' };
}

function offsetMs(zone: string, atMs: number): number {
  return Date.parse(`${isoIn(zone, atMs)}Z`) - Math.floor(atMs / 1000) * 1000;
}

/** Swedish writes dates as ISO 8601 does. */
function isoIn(zone: string, atMs: number): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, format);
  }
  return format.format(atMs).replace(' ', 'T');
}
