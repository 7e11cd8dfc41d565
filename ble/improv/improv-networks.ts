import { packetDataBytesMax, resultBytes } from './improv-packet.ts';

/** Command, length, and checksum of the result. */
const frameBytes = 3;

/** What Improv calls the securities that the gateway tells apart; the others cannot be joined by it. */
const authNames: Readonly<Record<string, string>> = {
  open: 'NO',
  owe: 'NO',
  wep: 'WEP',
  'wpa-psk': 'WPA2',
  sae: 'WPA3',
  'wpa-eap': 'WPA2 EAP',
};

interface Found {
  readonly ssid: string;
  readonly signalPct: number;
  readonly auths: readonly string[];
}

/**
 * Networks as triples of name, signal in dBm and securities, the strongest first, as many as a result of `bytesMax`
 * bytes holds. `networks` is what the verb `scan` answers.
 */
export function networkTriples(networks: unknown, bytesMax: number): readonly string[] {
  const room = Math.min(bytesMax, packetDataBytesMax + frameBytes);
  const texts: string[] = [];
  for (const { ssid, signalPct, auths } of joinSecurities(networks)) {
    const triple = [ssid, String(dbm(signalPct)), auths.join('/')];
    // A weaker one with a shorter name may have room yet.
    if (resultBytes([...texts, ...triple]) <= room) texts.push(...triple);
  }
  return texts;
}

/** A name that is there with two securities is one network of both. */
function joinSecurities(networks: unknown): readonly Found[] {
  const found = new Map<string, Found>();
  for (const { ssid, signalPct, security } of readNetworks(networks)) {
    const auth = authNames[security];
    if (auth === undefined) continue;
    const known = found.get(ssid);
    const auths = new Set([...(known?.auths ?? []), auth]);
    found.set(ssid, {
      ssid,
      signalPct: Math.max(signalPct, known?.signalPct ?? 0),
      auths: [...auths].sort(),
    });
  }
  return [...found.values()].sort((one, other) => other.signalPct - one.signalPct);
}

interface Network {
  readonly ssid: string;
  readonly signalPct: number;
  readonly security: string;
}

function readNetworks(networks: unknown): readonly Network[] {
  const list: readonly unknown[] = Array.isArray(networks) ? networks : [];
  return list.filter(
    (item): item is Network =>
      typeof item === 'object' &&
      item !== null &&
      typeof (item as Network).ssid === 'string' &&
      (item as Network).ssid !== '' &&
      typeof (item as Network).signalPct === 'number' &&
      typeof (item as Network).security === 'string',
  );
}

/** As network managers count it: 0 is -100 dBm, 100 is -50 dBm and more. */
function dbm(signalPct: number): number {
  return Math.round(Math.min(Math.max(signalPct, 0), 100) / 2) - 100;
}
