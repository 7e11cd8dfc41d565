import type { AttachedAddress } from './attached-address.ts';
import { GatewayError } from './errors.ts';

/** What this machine is attached to, and what it may reach there. */
export interface LocalNetwork {
  /** Now: cables, Wi-Fi and DHCP change it. */
  attached(): readonly AttachedAddress[];
  /** Why a device must not be at an address (`host_forbidden`); undefined when it may. */
  refuse(address: string): GatewayError | undefined;
  /** The addresses of a name; an address is its own. Errors: `host_unresolved`, `connection_timeout`. */
  resolve(host: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** Of a machine without a network. */
export const noLocalNetwork: LocalNetwork = {
  attached: () => [],
  refuse: () => undefined,
  resolve: (host) => Promise.reject(new GatewayError('host_unresolved', `the name ${host} has no address`)),
};
