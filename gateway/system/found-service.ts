import type { Service } from 'bonjour-service';
import { limits } from '../core/limits.ts';
import type { FoundService } from '../core/service-discovery.ts';

/** Of one name, or one value: what fits into a label, and into a string, of the DNS (RFC 1035, 2.3.4 and 3.3). */
const nameLengthMax = 63;
const noteLengthMax = 255;

interface Announced extends Partial<Pick<Service, 'fqdn' | 'port' | 'addresses' | 'referer'>> {
  readonly txt?: unknown;
}

/**
 * What a stranger's announcement says, at each of its IPv4 addresses; at the one it came from when it names none.
 * Whatever is of no use is left out.
 */
export function readFoundService(type: string, announced: Announced): readonly FoundService[] {
  const { fqdn = '', port = 0, addresses = [], referer, txt } = announced;
  // The instance's own name may have dots.
  const name = plainText(fqdn.slice(0, -`.${type}.local`.length), nameLengthMax);
  if (name === '' || !Number.isInteger(port) || port < 1 || port > 65_535) return [];
  const named = addresses.filter(isIpv4);
  const from = referer === undefined || !isIpv4(referer.address) ? [] : [referer.address];
  const notes = readNotes(txt);
  return [...new Set(named.length > 0 ? named : from)].map((address) => ({
    name,
    type,
    address,
    port,
    txt: notes,
  }));
}

function readNotes(txt: unknown): Readonly<Record<string, string>> {
  if (typeof txt !== 'object' || txt === null) return {};
  const notes = Object.entries(txt).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[plainText(key, noteLengthMax), plainText(value, noteLengthMax)] as const]
      : [],
  );
  return Object.fromEntries(notes.slice(0, limits.serviceNotesMax));
}

/** Nothing that moves a terminal's cursor or turns its text round. */
function plainText(text: string, lengthMax: number): string {
  return text
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, lengthMax);
}

function isIpv4(address: unknown): address is string {
  return typeof address === 'string' && /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}
