import { strictText } from '../strict-text.ts';

/** Letters, digits and hyphens, as RFC 1123, 2.1 has a label; the kernel takes one label of 64 at most. */
const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
/** Of a device, in characters. */
const deviceNameLengthMax = 64;

/**
 * The name that a packet carries: the page shows its bytes alone, as the firmware of Improv's own makers reads them;
 * Home Assistant writes its length before it. No name of either kind is one of the other kind, but for those of 49
 * to 58 characters that begin with the digit of their length. Undefined where it is not UTF-8.
 */
export function readName(data: Uint8Array): string | undefined {
  const hasLength = data.length > 0 && data[0] === data.length - 1;
  return strictText(hasLength ? data.subarray(1) : data);
}

export function isHostName(name: string): boolean {
  return hostName.test(name);
}

export function isDeviceName(name: string): boolean {
  return name.trim() !== '' && name.length <= deviceNameLengthMax && !/\p{Cc}/u.test(name);
}
