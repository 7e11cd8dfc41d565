import type { AttachedAddress } from '../../core/attached-address.ts';
import type { PageAddresses } from './provision-commands.ts';

/** Where the page is listened for. */
export interface ListeningPage {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

/**
 * The URLs at which others have the page: at the machine's addresses of now, and at its name in the local network.
 *
 * @param fingerprint of a certificate that nobody vouches for
 */
export function pageAddresses(
  listening: readonly ListeningPage[],
  attached: readonly AttachedAddress[],
  { hostName, fingerprint }: { readonly hostName: string; readonly fingerprint: string | undefined },
): PageAddresses {
  const outside = listening.filter(({ host }) => !isLoopback(host));
  const encryptedFirst = outside.toSorted((left, right) => right.scheme.localeCompare(left.scheme));
  const addresses = encryptedFirst.flatMap(({ scheme, host, port }) => {
    const hosts = isAny(host) ? [...reachable(attached), localName(hostName)] : [host];
    return hosts.map((name) => `${scheme}://${inUrl(name)}${portOf(scheme, port)}`);
  });
  const hasEncrypted = outside.some(({ scheme }) => scheme === 'https');
  return {
    addresses,
    fingerprint: hasEncrypted ? (fingerprint ?? null) : null,
    isLocalOnly: listening.length > 0 && outside.length === 0,
  };
}

/** IPv4 before IPv6; not those that need the name of an interface. */
function reachable(attached: readonly AttachedAddress[]): readonly string[] {
  const own = attached.filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address));
  const isOld = ({ address }: AttachedAddress): boolean => !address.includes(':');
  return [...own.filter(isOld), ...own.filter((address) => !isOld(address))].map(({ address }) => address);
}

function localName(hostName: string): string {
  return hostName.includes('.') ? hostName : `${hostName}.local`;
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || host.startsWith('127.');
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function portOf(scheme: 'http' | 'https', port: number): string {
  return port === (scheme === 'http' ? 80 : 443) ? '' : `:${port}`;
}
