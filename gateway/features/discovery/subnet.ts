import type { AttachedAddress } from '../../core/attached-address.ts';

/** A range of IPv4 addresses. */
export interface Subnet {
  /** Its lowest address, as a number of 32 bits. */
  readonly first: number;
  readonly prefixLength: number;
}

/** Four numbers with dots as one of 32 bits; undefined for anything else. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const numbers = parts.map(Number);
  return numbers.some((number) => number > 255)
    ? undefined
    : numbers.reduce((sum, number) => sum * 256 + number, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** `192.168.1.0/24`; any address of it will do. Undefined for anything else. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const number = parseAddress(address);
  if (number === undefined || rest.length > 0 || !/^([0-9]|[12][0-9]|3[0-2])$/.test(length)) return undefined;
  return subnetAround(number, Number(length));
}

export function formatSubnet({ first, prefixLength }: Subnet): string {
  return `${formatAddress(first)}/${prefixLength}`;
}

export function subnetAround(address: number, prefixLength: number): Subnet {
  return { first: address - (address % sizeOf(prefixLength)), prefixLength };
}

/** The subnet that an address attaches this machine to; undefined for IPv6. */
export function attachedSubnet({ address, prefixLength }: AttachedAddress): Subnet | undefined {
  const number = parseAddress(address);
  return number === undefined ? undefined : subnetAround(number, prefixLength);
}

export function isWithin(part: Subnet, whole: Subnet): boolean {
  return (
    part.prefixLength >= whole.prefixLength &&
    subnetAround(part.first, whole.prefixLength).first === whole.first
  );
}

/** All of them, lowest first; the ends of the subnet are among them. */
export function addressesOf({ first, prefixLength }: Subnet): string[] {
  return Array.from({ length: sizeOf(prefixLength) }, (_, index) => formatAddress(first + index));
}

function sizeOf(prefixLength: number): number {
  return 2 ** (32 - prefixLength);
}
