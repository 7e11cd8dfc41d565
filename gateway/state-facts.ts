import type { Assembled, GatewayParts } from './app.ts';
import type { StateFacts } from './features/telemetry/state-document.ts';

/** How the gateway is, for its backends. */
export function stateFacts(
  { config, version, lan }: GatewayParts,
  { harvest, sources, sinks, lifecycle }: Pick<Assembled, 'harvest' | 'sources' | 'sinks' | 'lifecycle'>,
): Omit<StateFacts, 'uplinks'> {
  const { version: release, node, platform } = version;
  const { life, link, status, startedMs, lines } = lifecycle.state();
  const states = new Map(
    sources.live().flatMap((event) => (event.type === 'source' ? [[event.id, event.state]] : [])),
  );
  return {
    name: config.site.name,
    version: { version: release, node, platform },
    ...{ startedMs, life, link, status, lines },
    devices: harvest.fleet
      .devices()
      .map(({ device, driver }) => ({ id: device.id, driver: driver.id, state: device.state })),
    sources: config.sources.map(({ id, kind }) => ({ id, kind, state: states.get(id) ?? 'disabled' })),
    sinks: sinks.list(),
    addresses: lan
      .attached()
      .filter(({ internal }) => !internal)
      .map(({ address }) => address),
  };
}
