import type { GatewayParts } from '../gateway/app.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import { noLocalNetwork } from '../gateway/core/local-network.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import { noServiceDiscovery } from '../gateway/core/service-discovery.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { createSimulatedHttp } from './simulated-http.ts';
import { createSimulatedSigner } from './simulated-signer.ts';

/** The home is what its seed makes it. */
const nothingAdded: GatewayParts['addedDevices'] = {
  add: () => Promise.reject(new GatewayError('config_pinned', 'the devices of a virtual home are fixed')),
  remove: () => undefined,
};

type Wanted = Pick<GatewayParts, 'config' | 'random' | 'network' | 'serial' | 'database' | 'bootId'> &
  Partial<Pick<GatewayParts, 'datagrams' | 'http' | 'work' | 'disk' | 'signer'>>;

/** Threads block in real time: there are none here. */
const noBlockingWork: GatewayParts['work'] = {
  run: (kind) => Promise.reject(new GatewayError('worker_crashed', `no thread does ${kind} in virtual time`)),
};

/** No machine sleeps in a virtual home unless it is given one. */
const noDatagrams: GatewayParts['datagrams'] = { send: () => Promise.resolve() };

/** What the gateway needs from the outside, where all of that is virtual. */
export function virtualParts(clock: SimulatedClock, wanted: Wanted): GatewayParts {
  return {
    http: createSimulatedHttp([], clock),
    work: noBlockingWork,
    signer: createSimulatedSigner(),
    disk: new SimulatedDisk(),
    dataDirectory: '/virtual',
    quarantinedSources: [],
    ...wanted,
    datagrams: wanted.datagrams ?? noDatagrams,
    configPort: fixedConfiguration,
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

/** Nothing of it can be changed. */
const fixedConfiguration: GatewayParts['configPort'] = {
  show: () => ({}),
  explain: () => ({ values: [], warnings: [] }),
  schema: () => ({}),
  settings: () => ({}),
  set: (_setting, value) => Promise.resolve(value),
  unset: () => false,
};
