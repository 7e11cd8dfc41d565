import { ssidText } from '../../core/ssid-text.ts';
import type { WirelessNetwork, WirelessSecurity } from '../../core/wireless.ts';
import { bytesOf, numberOf, type BusProperties } from '../bus-values.ts';

/** One access point that was heard. */
export interface AccessPoint {
  readonly path: string;
  readonly ssid: Uint8Array;
  readonly strengthPct: number;
  readonly security: WirelessSecurity;
  /** WPA2 and WPA3 at once: such networks are told as `wpa-psk`. */
  readonly hasSae: boolean;
}

const infrastructure = 2;
const privacy = 0x1;
/** NM80211ApSecurityFlags: how keys are agreed. */
const keys = {
  psk: 0x100,
  eap: 0x200,
  sae: 0x400,
  owe: 0x800,
  oweTransition: 0x1000,
  suiteB: 0x2000,
} as const;

/** Undefined for what nobody can join: ad-hoc stations, meshes, and names that are hidden. */
export function accessPointOf(path: string, properties: BusProperties): AccessPoint | undefined {
  const ssid = bytesOf(properties.get('Ssid'));
  const mode = properties.get('Mode');
  if (mode !== undefined && numberOf(mode) !== infrastructure) return undefined;
  if (ssid.length === 0 || ssid.length > 32 || ssid.every((byte) => byte === 0)) return undefined;
  const flags = numberOf(properties.get('WpaFlags')) | numberOf(properties.get('RsnFlags'));
  const strengthPct = Math.min(100, numberOf(properties.get('Strength')));
  const security = securityOf(flags, (numberOf(properties.get('Flags')) & privacy) !== 0);
  return { path, ssid, strengthPct, security, hasSae: (flags & keys.sae) !== 0 };
}

/** By the best way in that a password opens. An open twin of a network with OWE is joined as an open one. */
function securityOf(flags: number, isPrivate: boolean): WirelessSecurity {
  if ((flags & keys.psk) !== 0) return 'wpa-psk';
  if ((flags & keys.sae) !== 0) return 'sae';
  if ((flags & (keys.eap | keys.suiteB)) !== 0) return 'wpa-eap';
  if ((flags & keys.owe) !== 0) return 'owe';
  if ((flags & ~keys.oweTransition) !== 0) return 'unknown';
  return isPrivate ? 'wep' : 'open';
}

/** Access points of one name and one security are one network. Strongest first. */
export function networksOf(
  points: readonly AccessPoint[],
  { known, joinedPath }: { readonly known: ReadonlySet<string>; readonly joinedPath: string },
): readonly WirelessNetwork[] {
  const strongest = new Map<string, AccessPoint>();
  const joined = new Set<string>();
  for (const point of points) {
    const key = `${hexOf(point.ssid)} ${point.security}`;
    if (point.path === joinedPath) joined.add(key);
    if ((strongest.get(key)?.strengthPct ?? -1) < point.strengthPct) strongest.set(key, point);
  }
  return [...strongest]
    .map(([key, { ssid, strengthPct, security }]) => ({
      ssid: ssidText(ssid),
      ssidBytes: ssid,
      signalPct: strengthPct,
      security,
      isKnown: known.has(hexOf(ssid)),
      isJoined: joined.has(key),
    }))
    .sort((one, other) => other.signalPct - one.signalPct);
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
