import type { Assembled, GatewayParts } from './app.ts';
import { bindTlsCommands, type TlsPorts } from './features/access/tls-commands.ts';
import type { BoundCommand } from './features/command.ts';
import { bindDiscoveryCommands } from './features/discovery/discovery-commands.ts';
import { bindControlCommands } from './features/control/control-commands.ts';
import { laneAges } from './features/harvest/device-directory.ts';
import { bindHarvestCommands } from './features/harvest/harvest-commands.ts';
import { createSeriesDirectory } from './features/harvest/series-directory.ts';
import { bindConfigCommands } from './features/lifecycle/config-commands.ts';
import { bindEngineCommands } from './features/lifecycle/engine-commands.ts';
import { engineFacts } from './features/lifecycle/engine-facts.ts';
import { bindGatewayCommands } from './features/lifecycle/gateway-commands.ts';
import { bindRecordCommands } from './features/lifecycle/record-commands.ts';
import { bindAskingCommands } from './device-asking.ts';
import { fleetPort } from './harvesting.ts';
import { createMetricsCommands } from './metrics-publishing.ts';

/** Every command with what it needs, in the order of the help. */
export function bindCommands(parts: GatewayParts, assembled: Assembled & TlsPorts): readonly BoundCommand[] {
  const { clock, database, config } = parts;
  const { scheduler, harvest, sources, sinks, finding, storage } = assembled;
  const { lifecycle, control, identity, access } = assembled;
  const engine = engineFacts({
    clock,
    scheduler,
    lanes: () => [...harvest.fleet.lanes(), ...sources.lanes()],
    bounds: () => harvest.fleet.bounds(),
    ages: () => laneAges(harvest.fleet.devices(), harvest.fleet.bounds()),
  });
  return [
    ...bindGatewayCommands({
      gateway: {
        id: () => identity.identity.gatewayId,
        siteName: () => config.site.name,
        version: () => parts.version,
        state: () => lifecycle.state(),
      },
      isPaired: () => access.hasOwner(),
      deviceLines: () => harvest.directory.list(),
      store: database,
    }),
    ...bindHarvestCommands({
      devices: harvest.directory,
      fleet: fleetPort(harvest.fleet, parts.addedDevices, (id) => sources.isSource(id)),
      clock,
      store: database,
      series: createSeriesDirectory(database),
      latest: () => harvest.latest.all(),
    }),
    ...sources.commands,
    ...sinks.commands,
    ...createMetricsCommands(parts, assembled),
    ...bindAskingCommands({ ...parts, fleet: harvest.fleet, control }),
    ...bindControlCommands({ control }),
    ...bindDiscoveryCommands(finding),
    ...bindEngineCommands({ engine }),
    ...bindConfigCommands({ config: parts.configPort }),
    ...storage.commands,
    ...assembled.host.commands,
    ...bindRecordCommands({ store: database }),
    ...identity.commands,
    ...access.commands,
    ...bindTlsCommands(assembled),
    ...assembled.cloud.commands,
    ...assembled.telemetry.commands,
    ...assembled.grid.commands,
    ...assembled.jobs.commands,
    ...assembled.alerts.commands,
    ...assembled.boiler.commands,
    ...assembled.discord.commands,
    ...assembled.members.commands,
    ...assembled.server.commands,
    ...assembled.provisioning.commands,
  ];
}
