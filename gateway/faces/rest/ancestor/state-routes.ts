import { ok, type AncestorAnswer, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';
import { describeDevices } from './described-device.ts';
import { describeCrypto, readUptimeMs, readVersion } from './gateway-routes.ts';
import { readMessages } from './log-and-message-routes.ts';
import { readSupportedInverters } from './supported-routes.ts';
import { readJoinedName } from './wifi-routes.ts';

const state = (path: string, summary: string): AncestorRoute => ({
  method: 'GET',
  path,
  scope: 'read',
  summary,
  returns: {
    balena_uuid: 'string - name of the machine',
    status: 'object - version, uptime (ms), messages',
    timestamp: 'number - milliseconds since 1970',
    crypto: 'object - as /api/crypto',
    network: 'object - wifi (the network that is joined), ip',
    devices: 'object - configured, saved, supported, available',
    available_devices: 'array - always empty: nothing is looked for unasked',
    available_hosts: 'array - always empty',
  },
  answer: showState,
});

export const stateRoutes: readonly AncestorRoute[] = [
  state('/api/state', 'All that the gateway tells of itself'),
  state('/api/state/update', 'The same; uplinks send it by themselves when it changes'),
];

async function showState(request: AncestorRequest): Promise<AncestorAnswer> {
  const { atMs, hostName } = (await request.run('system.show')) as {
    readonly atMs: number;
    readonly hostName: string;
  };
  const { address } = (await request.run('network.show')) as { readonly address: string | null };
  const devices = await describeDevices(request);
  return ok({
    balena_uuid: hostName,
    status: {
      version: await readVersion(request),
      uptime: await readUptimeMs(request),
      messages: await readMessages(request),
    },
    timestamp: atMs,
    crypto: await describeCrypto(request),
    network: { wifi: { ssids: [], connected: await readJoinedName(request) }, ip: address ?? '0.0.0.0' },
    devices: {
      configured: devices,
      saved: devices.map(({ connection }) => connection),
      supported: { inverters: await readSupportedInverters(request) },
      available: [],
    },
    available_devices: [],
    available_hosts: [],
  });
}
