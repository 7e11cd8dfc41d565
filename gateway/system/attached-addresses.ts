import { networkInterfaces } from 'node:os';
import type { AttachedAddress } from '../core/attached-address.ts';

/** The machine's addresses now. They change with cables, Wi-Fi and DHCP: ask each time. */
export function attachedAddresses(): readonly AttachedAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.flatMap(({ address, cidr, internal }) => {
      const prefixLength = Number(cidr?.split('/')[1]);
      return Number.isInteger(prefixLength) ? [{ address, prefixLength, internal }] : [];
    }),
  );
}

/** Its IPv4 addresses in networks with others. */
export function outwardAddresses(): readonly string[] {
  return attachedAddresses()
    .filter(({ internal, address }) => !internal && !address.includes(':'))
    .map(({ address }) => address);
}
