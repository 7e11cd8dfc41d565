import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { ssidText } from '../../core/ssid-text.ts';
import type { WirelessWish } from '../../core/wireless.ts';
import type { VariantRows } from '../bus-values.ts';
import { profileMark, securitySetting, wirelessType } from './names.ts';

/** `a{sa{sv}}`, as it is written. */
export type ProfileRows = readonly (readonly [setting: string, rows: VariantRows])[];

export type ProfileSecurity = 'open' | 'owe' | 'wpa-psk' | 'sae';

export interface ProfileWish extends WirelessWish {
  /** Which stays with the profile, whatever becomes of its path. */
  readonly uuid: string;
  readonly security: ProfileSecurity;
  /** Whether the network speaks SAE, too, or may do so: then the password itself has to be kept. */
  readonly hasSae: boolean;
}

/** Before other profiles for the same name, of which the password may be an old one. */
const priority = 10;
/** Shorter than NetworkManager's 45 s, so that a missing lease is told as such within our minute. */
const dhcpSeconds = 30;

/**
 * A profile of NetworkManager. For WPA2 the key that follows from the password is kept in its place (IEEE 802.11i,
 * H.4: PBKDF2 of SHA-1, 4096 rounds, over the name); SAE proves the password itself, so there it stands as it is, in
 * NetworkManager's own files, which root alone may read.
 */
export async function wirelessProfile(wish: ProfileWish): Promise<ProfileRows> {
  const { uuid, ssidBytes, isHidden } = wish;
  const name = `eGW ${ssidText(ssidBytes)}`;
  return [
    [
      'connection',
      [
        ['id', ['s', name]],
        ['uuid', ['s', uuid]],
        ['type', ['s', wirelessType]],
        ['autoconnect', ['b', true]],
        ['autoconnect-priority', ['i', priority]],
      ],
    ],
    [
      wirelessType,
      [
        ['ssid', ['ay', Buffer.from(ssidBytes)]],
        ['mode', ['s', 'infrastructure']],
        ...(isHidden ? ([['hidden', ['b', true]]] as const) : []),
      ],
    ],
    ...(await securityRows(wish)),
    [
      'ipv4',
      [
        ['method', ['s', 'auto']],
        ['dhcp-timeout', ['i', dhcpSeconds]],
      ],
    ],
    ['ipv6', [['method', ['s', 'auto']]]],
    ['user', [['data', ['a{ss}', [[profileMark, '1']]]]]],
  ];
}

async function securityRows({ security, password, ...wish }: ProfileWish): Promise<ProfileRows> {
  if (security === 'open') return [];
  if (security === 'owe' || password === undefined)
    return [[securitySetting, [['key-mgmt', ['s', security]]]]];
  const isKept = wish.hasSae || /^[0-9A-Fa-f]{64}$/.test(password);
  const psk = isKept ? password : await pairwiseKey(password, wish.ssidBytes);
  return [
    [
      securitySetting,
      [
        ['key-mgmt', ['s', security]],
        ['psk', ['s', psk]],
      ],
    ],
  ];
}

/** 64 hex digits. */
async function pairwiseKey(password: string, ssid: Uint8Array): Promise<string> {
  const key = await promisify(pbkdf2)(password, ssid, 4_096, 32, 'sha1');
  return key.toString('hex');
}
