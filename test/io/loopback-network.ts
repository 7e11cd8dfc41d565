import type { Network } from '../../gateway/core/network.ts';
import { createRealNetwork } from '../../gateway/system/real-network.ts';

/** The machine's own network, where any address may be reached, and names are not looked up. */
export const loopbackNetwork: Network = createRealNetwork({
  resolver: { resolve: (host) => Promise.resolve([host === 'localhost' ? '127.0.0.1' : host]) },
  refuseAddress: () => undefined,
});
