import { isIPv4 } from 'node:net';
import type { AttachedAddress } from '../core/attached-address.ts';

/** The address that stands for all of the subnet (RFC 919, 7); undefined where it has none: IPv6, /31 and /32. */
export function subnetBroadcast({ address, prefixLength }: AttachedAddress): string | undefined {
  if (!isIPv4(address) || prefixLength > 30) return undefined;
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefixLength);
  const last = bits - (bits % size) + size - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}
