import type { GatewayParts } from '../gateway/app.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import { noLocalNetwork } from '../gateway/core/local-network.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import { noServiceDiscovery } from '../gateway/core/service-discovery.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** The home is what its seed makes it. */
const nothingAdded: GatewayParts['addedDevices'] = {
  add: () => Promise.reject(new GatewayError('config_pinned', 'the devices of a virtual home are fixed')),
  remove: () => undefined,
};

type Wanted = Pick<GatewayParts, 'config' | 'random' | 'network' | 'serial' | 'database' | 'bootId'>;

/** What the gateway needs from the outside, where all of that is virtual. */
export function virtualParts(clock: SimulatedClock, wanted: Wanted): GatewayParts {
  return {
    ...wanted,
    configPort: { show: () => ({}), explain: () => ({ values: [], warnings: [] }), schema: () => ({}) },
    quarantined: [],
    addedDevices: nothingAdded,
    notes: [],
    clock,
    alarm: clock,
    lan: noLocalNetwork,
    services: noServiceDiscovery,
    logger: silentLogger,
    version: { name: 'egw', version: 'virtual', node: 'virtual', platform: 'virtual' },
    staticAssets: new Map(),
    hostNames: [],
  };
}
