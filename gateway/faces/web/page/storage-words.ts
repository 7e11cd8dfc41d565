import type { StorageStatus } from './api-types.ts';
import { formatBytes, formatCount, formatDate, formatDuration, formatShare, noValue } from './format.ts';

export const policyWords: Readonly<Record<string, string>> = {
  durable: 'durable: every second',
  balanced: 'balanced: every 10 s',
  sdcard: 'sdcard: every minute',
};

const spanWords: Readonly<Record<string, string>> = {
  hour: 'Last hour',
  day: 'Last day',
  ever: 'Since it was first measured',
};

const modeWords: Readonly<Record<string, string>> = {
  ok: 'works',
  full: 'is full: new readings wait',
  read_only: 'cannot be written: nothing new is kept',
  failing: 'fails: what it holds is not certain',
};

/** A fact of the database, by its name. */
export interface StorageFact {
  readonly name: string;
  readonly text: string;
  readonly isBad?: boolean;
}

/** `34 years`, `3.1 years`, `more than 100 years`. */
export function lifeText(years: number | null): string {
  if (years === null) return 'not known yet';
  return years > 100 ? 'more than 100 years' : `${years < 10 ? years.toFixed(1) : Math.round(years)} years`;
}

/** What there is to tell of the database. An older gateway tells less. */
export function storageFacts(status: StorageStatus, zone: string | undefined): readonly StorageFact[] {
  const { readings, oldestMs, fileBytes, walBytes, mode, gaps = 0, gapReadings = 0 } = status;
  const since = oldestMs === null ? '' : `, raw ones since ${formatDate(oldestMs, zone)}`;
  return [
    ...fact('The database', mode, (known) => modeWords[known] ?? known, mode !== 'ok'),
    { name: 'Readings', text: `${formatCount(readings)}${since}` },
    ...fact('Not on disk yet', status.pendingReadings, formatCount),
    { name: 'Known to be missing', text: gapText(gaps, gapReadings), isBad: gapReadings > 0 },
    { name: 'On disk', text: `${formatBytes(fileBytes)}, log ${formatBytes(walBytes)}` },
    ...fact('Quota used', quotaText(status), (text) => text, (shareOf(status) ?? 0) > 0.9),
    ...fact('Free on the disk', status.freeBytes ?? undefined, formatBytes),
    { name: 'Card', text: cardText(status) },
    ...fact('Last backup', status.lastBackupMs, (atMs) => (atMs === null ? 'none' : formatDate(atMs, zone))),
    { name: 'Schema', text: String(status.schemaVersion) },
  ];
}

/** Over how long it was really measured, where that is less than the name of the span says. */
export function measuredText(over: string, measuredMs: number): string {
  const name = spanWords[over] ?? over;
  const fullMs = over === 'hour' ? 3_600_000 : over === 'day' ? 86_400_000 : 0;
  return measuredMs >= fullMs && fullMs > 0 ? name : `${name} (${formatDuration(measuredMs)})`;
}

/** `up to 10 s of readings`. */
export function lossText(losesAtMostMs: number): string {
  return `up to ${formatDuration(losesAtMostMs).replace('.0', '')} of readings`;
}

export function perDayText(bytes: number | null): string {
  return bytes === null ? noValue : formatBytes(bytes);
}

function gapText(gaps: number, readings: number): string {
  if (gaps === 0) return 'nothing';
  return `${formatCount(readings)} readings in ${formatCount(gaps)} gaps`;
}

function shareOf({ usedBytes, quotaBytes }: StorageStatus): number | undefined {
  return usedBytes === undefined || quotaBytes === undefined || quotaBytes === 0
    ? undefined
    : usedBytes / quotaBytes;
}

function quotaText(status: StorageStatus): string | undefined {
  const share = shareOf(status);
  return share === undefined ? undefined : `${formatShare(share)} of ${formatBytes(status.quotaBytes ?? 0)}`;
}

function cardText({ card }: StorageStatus): string {
  const size = card.sizeBytes === null ? 'of unknown size' : formatBytes(card.sizeBytes);
  return `${size}; lasts ${lifeText(card.lifeYears)}`;
}

function fact<Value>(
  name: string,
  value: Value | undefined,
  words: (value: Value) => string,
  isBad = false,
): readonly StorageFact[] {
  return value === undefined ? [] : [{ name, text: words(value), isBad }];
}
