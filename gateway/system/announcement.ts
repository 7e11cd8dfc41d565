import { qrText, qrTextWidth } from '../core/qr-text.ts';

const columnsMin = 60;
const indent = 2;

/** What whoever started the gateway must know. */
export interface Announcement {
  /** `http://192.168.1.10:8080`; the first is the one for people. */
  readonly addresses: readonly string[];
  /** While nobody can come in. */
  readonly pairingCode: string | undefined;
  /** The QR code of the label, rows of `0` and `1`; empty where it is not to be shown. */
  readonly setupQr: readonly string[];
  /** SHA-256 of a certificate that nobody vouches for. */
  readonly fingerprint: string | undefined;
}

/** For a terminal: everything. */
export function announcementFor(
  { addresses, pairingCode, fingerprint, setupQr }: Announcement,
  columns = 0,
): string {
  const [address = ''] = addresses;
  const lines = [
    `eGW is at ${addresses.join(' and ')}`,
    ...(fingerprint === undefined
      ? []
      : ['its certificate has the SHA-256 fingerprint', ...inGroups(fingerprint)]),
    ...(pairingCode === undefined
      ? []
      : [`pairing code ${pairingCode}`, `or open ${address}/#pair=${pairingCode}`]),
    ...pictureOf(setupQr, columns),
  ];
  return `\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
}

/** For a phone nearby, where the terminal is wide enough. */
function pictureOf(setupQr: readonly string[], columns: number): readonly string[] {
  if (setupQr.length === 0 || columns < Math.max(columnsMin, qrTextWidth(setupQr) + indent)) return [];
  return ['or scan this with the set-up page on a phone nearby', ...qrText(setupQr, true)];
}

/** For a log: what must be on the console, and nowhere else. */
export function secretsOf({ pairingCode }: Announcement): string {
  return pairingCode === undefined ? '' : `pairing code ${pairingCode}\n`;
}

/** As browsers show it: AB:CD:…, two lines. */
function inGroups(fingerprint: string): readonly string[] {
  const pairs = fingerprint.toUpperCase().match(/../g) ?? [];
  return [pairs.slice(0, 16).join(':'), pairs.slice(16).join(':')];
}
