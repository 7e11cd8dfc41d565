import { resolve } from 'node:path';
import type { KindSectionKey } from './kind-section.ts';

/** Reads a variable of another program as one of our values; undefined: it says nothing that can be used. */
type Reader = (text: string) => unknown;

/** An item that the environment describes, as the programs before this one were told of theirs. */
export interface ForeignItem {
  readonly key: KindSectionKey;
  readonly kind: string;
  readonly id: string;
  /** The first that is set makes the item. */
  readonly madeBy: readonly string[];
  readonly period?: string;
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** Of options whose variables are not written as ours are. */
  readonly readers?: Readonly<Record<string, Reader>>;
  /** Options that stand elsewhere in the file, by path: texts. Without one of them nothing is made. */
  readonly settings?: Readonly<Record<string, readonly string[]>>;
}

/** A setting that another program called otherwise. It fills what the file leaves out. */
export interface ForeignSetting {
  readonly variable: string;
  readonly path: readonly [section: string, key: string];
  readonly read: Reader;
  /** Instead of what it says: the id of the first item of this kind. */
  readonly names?: { readonly key: KindSectionKey; readonly kind: string };
}

const text: Reader = (value) => value.trim();

/** `192.168.1.20`, with or without a scheme, a port or a path. */
function urlOf({ scheme, port, path }: { scheme: string; port?: number; path?: string }): Reader {
  return (value) => {
    const given = value.trim().replace(/\/+$/, '');
    const whole = /^[a-z]+:\/\//i.test(given) ? given : `${scheme}://${given}`;
    const isBare = /^[a-z]+:\/\/[^/:]+$/i.test(whole);
    return `${whole}${isBare && port !== undefined ? `:${port}` : ''}${/^[a-z]+:\/\/[^/]+$/i.test(whole) ? (path ?? '') : ''}`;
  };
}

const flag: Reader = (value) => {
  const word = value.trim().toLowerCase();
  if (['true', '1', 'yes'].includes(word)) return true;
  return ['false', '0', 'no'].includes(word) ? false : value;
};

/** Python’s names. */
const logLevels: Readonly<Record<string, string>> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  warn: 'warn',
  error: 'error',
  critical: 'error',
};

/** It looked once after so many seconds, and had to be right; here it is told again after that. */
const minutesMin = 5;
const minutesMax = 240;
const bootMinutes: Reader = (value) => {
  const minutes = Number(value) / 60;
  return minutes > minutesMin ? Math.min(minutes, minutesMax) : undefined;
};

/** A pin of the Raspberry Pi's header as Broadcom counts them, whose lines are those of the first chip; -1: none. */
const buttonAtPin: Reader = (value) =>
  /^\s*\d{1,2}\s*$/.test(value) ? `gpiochip0/${Number(value)}` : undefined;

/** Those of mesura and electricity_usage, and of TSM. */
export const foreignItems: readonly ForeignItem[] = [
  {
    key: 'sources',
    kind: 'homewizard-p1',
    id: 'energy',
    madeBy: ['ENERGY_API_URL'],
    period: 'ENERGY_INTERVAL',
    options: { host: ['ENERGY_API_URL'] },
  },
  {
    key: 'sources',
    kind: 'openweathermap',
    id: 'weather',
    madeBy: ['OPENWEATHER_API_KEY'],
    period: 'WEATHER_INTERVAL',
    options: { apiKey: ['OPENWEATHER_API_KEY'], latitude: ['LATITUDE'], longitude: ['LONGITUDE'] },
  },
  {
    key: 'sources',
    kind: 'evohome',
    id: 'evohome',
    madeBy: ['EVOHOME_USERNAME', 'EVOHOME_EMAIL'],
    period: 'EVOHOME_INTERVAL',
    options: { username: ['EVOHOME_USERNAME', 'EVOHOME_EMAIL'], password: ['EVOHOME_PASSWORD'] },
  },
  {
    key: 'sources',
    kind: 'electricity-maps',
    id: 'grid',
    madeBy: ['EM_API_KEY'],
    options: { token: ['EM_API_KEY'] },
    settings: { zone: ['grid', 'zone'] },
  },
  {
    key: 'sources',
    kind: 'tasmota',
    id: 'plug',
    madeBy: ['HOST_TASMOTA'],
    options: { url: ['HOST_TASMOTA'] },
    readers: { url: urlOf({ scheme: 'http' }) },
  },
  {
    key: 'sources',
    kind: 'tempo',
    id: 'tempo',
    madeBy: ['HOST_TEMPO', 'HOST_PROXMOX'],
    options: { couleurTempoBaseUrl: ['HOST_TEMPO'] },
    readers: { couleurTempoBaseUrl: urlOf({ scheme: 'https', path: '/api' }) },
  },
  {
    key: 'switches',
    kind: 'proxmox',
    id: 'pve',
    madeBy: ['HOST_PROXMOX'],
    options: {
      url: ['HOST_PROXMOX'],
      mac: ['HOST_PROXMOX_MAC_ADDR'],
      verify: ['HOST_PROXMOX_SSL_VERIFY'],
      tokenId: ['API_PROXMOX_TOKEN_ID'],
      tokenSecret: ['API_PROXMOX_TOKEN_SECRET'],
    },
    readers: { url: urlOf({ scheme: 'https', port: 8006 }), verify: flag },
  },
];

/** Those of TSM, and of the gateway that this one follows. */
export const foreignSettings: readonly ForeignSetting[] = [
  { variable: 'START_SERVER_DATE', path: ['server', 'startDate'], read: text },
  {
    variable: 'HOST_TASMOTA',
    path: ['server', 'meter'],
    read: text,
    names: { key: 'sources', kind: 'tasmota' },
  },
  {
    variable: 'HOST_PROXMOX',
    path: ['server', 'switch'],
    read: text,
    names: { key: 'switches', kind: 'proxmox' },
  },
  { variable: 'HOST_PROXMOX_BOOT_TIMEOUT', path: ['server', 'onMinutes'], read: bootMinutes },
  { variable: 'TOKEN_BOT', path: ['discord', 'token'], read: text },
  { variable: 'GUILD_ID', path: ['discord', 'guild'], read: text },
  { variable: 'TIMEZONE', path: ['site', 'zone'], read: text },
  // From where the program was started on, as TSM took it.
  { variable: 'POWER_PRICE', path: ['tariff', 'priceFile'], read: (value) => resolve(value.trim()) },
  { variable: 'GPIO_BUTTON_PIN', path: ['provisioning', 'button'], read: buttonAtPin },
  { variable: 'LOG_LEVEL', path: ['log', 'level'], read: (value) => logLevels[value.trim().toLowerCase()] },
];
