import type { AttachedAddress } from '../../../gateway/core/attached-address.ts';
import { checkDeviceHost } from '../../../gateway/config/device-host.ts';
import type { LocalNetwork } from '../../../gateway/core/local-network.ts';

export const loopback: AttachedAddress = { address: '127.0.0.1', prefixLength: 8, internal: true };
export const home: AttachedAddress = { address: '192.168.1.10', prefixLength: 24, internal: false };

/** A machine with these addresses, under the rules of the real one. */
export function lanWith(
  attached: readonly AttachedAddress[],
  { allowLoopback = false, names = {} }: { allowLoopback?: boolean; names?: Record<string, string> } = {},
): LocalNetwork {
  return {
    attached: () => attached,
    refuse: (address) => checkDeviceHost(address, attached, allowLoopback),
    resolve: async (host) => [names[host] ?? host],
  };
}
