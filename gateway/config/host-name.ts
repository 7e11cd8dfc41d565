import { isIP } from 'node:net';

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i;

/** What a host in the configuration is. Numbers that only some programs read as addresses are neither. */
export function hostKind(host: string): 'address' | 'name' | undefined {
  if (isIP(host) !== 0) return 'address';
  const labels = host.replace(/\.$/, '').split('.');
  if (host.length > 253 || !labels.every((part) => label.test(part))) return undefined;
  // `2130706433`, `127.1` and `0x7f.1` are loopback to some resolvers (WHATWG URL, IPv4 parser): no name
  // ends in a number.
  return /^(0x[0-9a-f]*|[0-9]+)$/i.test(labels.at(-1) ?? '') ? undefined : 'name';
}

/**
 * Whether whoever wrote this host knows where it leads: an address, or this machine by the name that always means it. Any
 * other name leads where somebody else says.
 */
export function isOutright(host: string): boolean {
  return isIP(host) !== 0 || isLocalhost(host);
}

/** `localhost` and the names under it are this machine on every network (RFC 6761, 6.3). */
export function isLocalhost(name: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(name);
}
