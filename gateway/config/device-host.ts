import { BlockList, isIP } from 'node:net';
import type { AttachedAddress } from '../core/attached-address.ts';
import { GatewayError } from '../core/errors.ts';
import type { Reach } from '../core/network.ts';
import { isOutright } from './host-name.ts';

/** Why a device or a service must not be at an address. The last three depend on what the machine is attached to now. */
export type HostRefusal =
  | 'not_address'
  | 'unspecified'
  | 'loopback'
  | 'link_local'
  | 'metadata'
  | 'multicast'
  | 'public'
  | 'unencrypted'
  | 'own'
  | 'broadcast'
  | 'not_attached';

const texts: Readonly<Record<HostRefusal, readonly [string, string]>> = {
  not_address: ['is not an IP address', 'write four numbers from 0 to 255 with dots, or an IPv6 address'],
  unspecified: ['is not the address of anything', "give the device's own address"],
  loopback: ['is this machine itself', 'set network.allowLoopbackDevices for a simulator'],
  link_local: ['is a link-local address', 'give the device an address by DHCP or by hand'],
  metadata: ['is where a cloud tells its machines secrets', "give the server's own address"],
  multicast: ['is a multicast or reserved address', "give the device's own address"],
  public: [
    'is a public address',
    'devices must stand in the home: 10.x, 172.16 to 172.31, 192.168.x, or fd00::/8',
  ],
  unencrypted: [
    'is a public address, and would be told a secret that anybody on the way can read',
    'encrypt it: tls: verify, or an https:// address; without that it must be in a private network',
  ],
  own: ['is an address of this machine', "give the device's own address"],
  broadcast: ['stands for a whole subnet', "give the device's own address"],
  not_attached: [
    'is in no subnet that this machine is attached to',
    'check the address, or connect the gateway to it',
  ],
};

const kinds: readonly (readonly [HostRefusal, BlockList])[] = [
  ['unspecified', listOf(['0.0.0.0', 8], ['::', 128])],
  ['loopback', listOf(['127.0.0.0', 8], ['::1', 128])],
  ['link_local', listOf(['169.254.0.0', 16], ['fe80::', 10])],
  // Of Amazon, and of Alibaba; that of all others is link-local. The last is the supervisor's network of balenaOS,
  // where whoever is let in may update and restart everything.
  ['metadata', listOf(['fd00:ec2::254', 128], ['100.100.100.200', 32], ['10.114.104.0', 25])],
  // The last three lead through translators and tunnels to an IPv4 address of somebody's choice: RFC 8215, 4380, 3056.
  [
    'multicast',
    listOf(
      ['224.0.0.0', 4],
      ['240.0.0.0', 4],
      ['ff00::', 8],
      ['64:ff9b:1::', 48],
      ['2001::', 32],
      ['2002::', 16],
    ),
  ],
];

/** RFC 1918 and RFC 4193. */
const privateNetworks = listOf(['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['fc00::', 7]);
/** RFC 6598: overlays such as Tailscale's are there. Never public, but no home either. */
const sharedNetworks = listOf(['100.64.0.0', 10]);

/** Why an address that a host has must not be connected to. */
export type AddressJudge = (address: string, reach: Reach, host: string) => GatewayError | undefined;

/**
 * Judges by what the machine is attached to at that time. Only the owner's own file names servers beyond the home: one on
 * this machine is meant where it is named outright, and not where a name leads here.
 */
export function addressJudge(
  attached: () => readonly AttachedAddress[],
  allowLoopback: boolean,
): AddressJudge {
  return (address, reach, host) =>
    checkReach(address, reach, attached(), allowLoopback || (reach !== 'home' && isOutright(host)));
}

/**
 * Whether what is asked for may be at this address, by how far it may reach: as the two below.
 *
 * @param allowLoopback also of this machine's own addresses, where it may reach beyond the home
 */
export function checkReach(
  address: string,
  reach: Reach,
  attached: readonly AttachedAddress[],
  allowLoopback: boolean,
): GatewayError | undefined {
  if (reach === 'home') return checkDeviceHost(address, attached, allowLoopback);
  const refusal = checkServiceHost(address, attached, allowLoopback);
  if (refusal !== undefined || reach === 'internet' || isNotPublic(address, allowLoopback)) return refusal;
  return refused(address, 'unencrypted');
}

/**
 * Whether a device may be at this address: only in a private subnet that the machine is attached to, so that
 * nobody who can name a host can make the gateway reach into the internet, the cloud's metadata, or itself.
 * Names are checked after they are resolved, at each connection.
 *
 * @param attached the machine's addresses now; with none, only what can never be allowed is refused, because
 *   at start the network may still be coming up
 * @returns `host_forbidden` with `facts.refusal` (a `HostRefusal`), or undefined when it may
 */
export function checkDeviceHost(
  address: string,
  attached: readonly AttachedAddress[],
  allowLoopback: boolean,
): GatewayError | undefined {
  const refusal = refusalOf(plainAddress(address), attached, allowLoopback);
  return refusal === undefined ? undefined : refused(address, refusal);
}

/**
 * Whether a service of the internet, or of any private network, may be at this address: anywhere but on this machine and its
 * link, so that no name leads to what only this machine can reach, the cloud's metadata for one.
 *
 * @returns as `checkDeviceHost`
 */
function checkServiceHost(
  address: string,
  attached: readonly AttachedAddress[],
  allowLoopback: boolean,
): GatewayError | undefined {
  const plain = translatedAddress(plainAddress(address));
  if (isIP(plain) === 0) return refused(address, 'not_address');
  const kind = kinds.find(([, list]) => list.check(plain, familyOf(plain)))?.[0];
  if (kind === 'loopback' && allowLoopback) return undefined;
  if (kind !== undefined) return refused(address, kind);
  const isOwn = attached.some((own) => isSame(own.address, plain));
  return isOwn && !allowLoopback ? refused(address, 'own') : undefined;
}

/** What passed `checkServiceHost` is of this machine only where that is allowed. */
function isNotPublic(address: string, allowLoopback: boolean): boolean {
  const plain = translatedAddress(plainAddress(address));
  const family = familyOf(plain);
  if (privateNetworks.check(plain, family) || sharedNetworks.check(plain, family)) return true;
  return allowLoopback && kinds.some(([kind, list]) => kind === 'loopback' && list.check(plain, family));
}

function refused(address: string, refusal: HostRefusal): GatewayError {
  const [what, hint] = texts[refusal];
  return new GatewayError('host_forbidden', `the address ${JSON.stringify(address)} ${what}`, {
    hint,
    facts: { refusal, address },
  });
}

function refusalOf(
  address: string,
  attached: readonly AttachedAddress[],
  allowLoopback: boolean,
): HostRefusal | undefined {
  if (isIP(address) === 0) return 'not_address';
  const kind = kinds.find(([, list]) => list.check(address, familyOf(address)))?.[0];
  if (kind === 'loopback' && allowLoopback) return undefined;
  if (kind !== undefined) return kind;
  if (!privateNetworks.check(address, familyOf(address))) return 'public';
  const outward = attached.filter((own) => !own.internal && isIP(own.address) === isIP(address));
  if (attached.some((own) => isSame(own.address, address))) return 'own';
  if (attached.every((own) => own.internal)) return undefined;
  const home = outward.find((own) =>
    listOf([own.address, own.prefixLength]).check(address, familyOf(address)),
  );
  if (home === undefined) return 'not_attached';
  return isSubnetItself(address, home.prefixLength) ? 'broadcast' : undefined;
}

/** Without brackets and zone, and an IPv4 address that is dressed as IPv6 (RFC 4291, 2.5.5.2) as itself. */
function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/s, '');
  return embeddedAddress(bare, /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/);
}

/** The IPv4 address that a translator would turn this one into (RFC 6052), or that it is compatible with. */
function translatedAddress(address: string): string {
  return embeddedAddress(address, /^\[(?:64:ff9b)?::([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/);
}

function embeddedAddress(address: string, form: RegExp): string {
  if (isIP(address) !== 6) return address;
  const mapped = form.exec(new URL(`http://[${address}]`).hostname);
  if (mapped === null) return address;
  const words = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return words.flatMap((word) => [word >> 8, word & 0xff]).join('.');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function isSame(left: string, right: string): boolean {
  return (
    isIP(left) === isIP(right) && listOf([left, isIP(left) === 6 ? 128 : 32]).check(right, familyOf(right))
  );
}

/** The first and the last address of an IPv4 subnet belong to no device (RFC 919); /31 and /32 have none. */
function isSubnetItself(address: string, prefixLength: number): boolean {
  if (isIP(address) !== 4 || prefixLength > 30) return false;
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefixLength);
  return bits % size === 0 || bits % size === size - 1;
}

function listOf(...subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefixLength] of subnets) list.addSubnet(address, prefixLength, familyOf(address));
  return list;
}
