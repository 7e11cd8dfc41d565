import type { Test } from 'tap';
import type { ImportedRow, ImportNote } from '../../../gateway/io/imports/import-format.ts';
import { importFormats } from '../../../gateway/io/imports/index.ts';
import { Ancestor, type AncestorRecord } from './ancestor.ts';

const mesura = importFormats.find(({ id }) => id === 'mesura');
const zone = 'Europe/Amsterdam';
const nowMs = Date.UTC(2026, 2, 10);
export const startMs = Date.UTC(2024, 2, 10, 12);
export const gasId = '4730303332353631';

export interface Read {
  readonly rows: readonly ImportedRow[];
  readonly notes: readonly ImportNote[];
  readonly tables: readonly unknown[];
  /** `group/part quantity` → time → value. */
  readonly values: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly texts: ReadonlyMap<string, string>;
}

export function read(path: string, knownParts: Readonly<Record<string, readonly string[]>> = {}): Read {
  const notes: ImportNote[] = [];
  const reader = mesura?.open([path], { zone, nowMs, knownParts, note: (note) => void notes.push(note) });
  if (reader === undefined) throw new RangeError('there is no format');
  try {
    const rows = [...reader.rows()];
    const values = new Map<string, Map<number, number>>();
    const texts = new Map<string, string>();
    for (const { group, atMs, answer } of rows) {
      const name = (part: string | undefined, quantity: string): string =>
        `${group}${part === undefined ? '' : `/${part}`} ${quantity}`;
      for (const { quantity, value, part, atMs: ownMs = atMs } of answer.values) {
        const key = name(part, quantity);
        const times = values.get(key) ?? new Map<number, number>();
        if (!times.has(ownMs)) times.set(ownMs, value);
        values.set(key, times);
      }
      for (const { quantity, text, part } of answer.texts) texts.set(name(part, quantity), text);
    }
    return { rows, notes, tables: reader.tables, values, texts };
  } finally {
    reader.close();
  }
}

export const stamp = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');

export function energy(atMs: number, more: AncestorRecord = {}): AncestorRecord {
  return {
    wifi_ssid: 'home',
    wifi_strength: 72,
    smr_version: 50,
    meter_model: 'ISKRA  2M550T-101',
    unique_id: '4E47475955',
    active_tariff: 1,
    total_power_import_kwh: 10830.511,
    active_power_w: -543,
    active_voltage_l1_v: 231.4,
    total_gas_m3: 2569.646,
    gas_timestamp: 240310130000,
    gas_unique_id: gasId,
    ...more,
    timestamp: stamp(atMs),
  };
}

export function weather(atMs: number, more: AncestorRecord = {}): AncestorRecord {
  return {
    lat: 50.83,
    lon: 5.77,
    timezone: 'Europe/Amsterdam',
    dt: atMs / 1000 - 60,
    sunrise: stamp(startMs - 6 * 3_600_000),
    sunset: stamp(startMs + 6 * 3_600_000),
    temp_c: 11.37,
    pressure: 1013,
    humidity: 81,
    uvi: 0.4,
    clouds: 75,
    visibility: 10000,
    wind_speed: 4.1,
    weather_main: 'Clouds',
    weather_description: 'broken clouds',
    ...more,
    timestamp: stamp(atMs),
  };
}

export function rooms(atMs: number, more: AncestorRecord = {}): AncestorRecord {
  return {
    timestamp: stamp(atMs),
    system_mode: 'Auto',
    _3432521_Living_Room: 21.5,
    _3432522_Hall: 18,
    ...more,
  };
}

export function scratch(t: Test): Ancestor {
  const ancestor = new Ancestor(t.testdir());
  t.teardown(() => ancestor.close());
  return ancestor;
}
