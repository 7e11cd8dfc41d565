/** What whoever started the gateway must know. */
export interface Announcement {
  /** `http://192.168.1.10:8080`; the first is the one for people. */
  readonly addresses: readonly string[];
  /** While nobody can come in. */
  readonly pairingCode: string | undefined;
  /** SHA-256 of a certificate that nobody vouches for. */
  readonly fingerprint: string | undefined;
}

/** For a terminal: everything. */
export function announcementFor({ addresses, pairingCode, fingerprint }: Announcement): string {
  const [address = ''] = addresses;
  const lines = [
    `eGW is at ${addresses.join(' and ')}`,
    ...(fingerprint === undefined
      ? []
      : ['its certificate has the SHA-256 fingerprint', ...inGroups(fingerprint)]),
    ...(pairingCode === undefined
      ? []
      : [`pairing code ${pairingCode}`, `or open ${address}/#pair=${pairingCode}`]),
  ];
  return `\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
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
