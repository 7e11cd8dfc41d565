import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** Where the system keeps names that need no server. */
export const hostsPath = '/etc/hosts';

/** The addresses that a hosts file (hosts(5)) gives to a name, IPv4 first; none when there is no file. */
export function readHosts(name: string, path = hostsPath): readonly string[] {
  try {
    return findInHosts(readFileSync(path, 'utf8'), name);
  } catch {
    // A machine without a readable hosts file asks the server.
    return [];
  }
}

function findInHosts(text: string, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const addresses = text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((known) => known.toLowerCase() === wanted) ? [address] : [];
  });
  return [...new Set(addresses)].sort((left, right) => isIP(left) - isIP(right));
}
