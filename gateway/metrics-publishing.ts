import type { SourceConfig } from './config/config.ts';
import type { Clock } from './core/clock.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { BoundCommand } from './features/command.ts';
import type { GatewayVersion } from './features/lifecycle/gateway-commands.ts';
import type { Lifecycle } from './features/lifecycle/lifecycle.ts';
import { laneAges } from './features/harvest/device-directory.ts';
import type { RoomFigures, SinkFigures, UplinkFigures } from './features/publish-metrics/gateway-metrics.ts';
import { bindMetricsCommands } from './features/publish-metrics/metrics-commands.ts';
import { isOfDevice } from './features/series-owner.ts';
import type { Harvest } from './harvesting.ts';

interface Parts {
  readonly clock: Clock;
  readonly version: GatewayVersion;
  readonly config: { readonly sources: readonly SourceConfig[] };
}

interface Told {
  readonly harvest: Harvest;
  readonly scheduler: Scheduler;
  readonly lifecycle: Lifecycle;
  readonly sinks: { list(): readonly SinkFigures[] };
  readonly telemetry: { list(): readonly UplinkFigures[] };
  readonly storage: { room(): RoomFigures | undefined };
}

/** What Prometheus is told, put together. */
export function createMetricsCommands(parts: Parts, told: Told): readonly BoundCommand[] {
  const { clock, version, config } = parts;
  const { harvest, scheduler, lifecycle, sinks, telemetry, storage } = told;
  const { fleet, latest, directory, buffer } = harvest;
  return bindMetricsCommands({
    clock,
    latest: () => latest.allTold(),
    periodMsOf: (id) =>
      fleet.devices().find(({ device }) => device.id === id)?.timing.periodMs ??
      config.sources.find((source) => isOfDevice(id, source.id))?.periodMs,
    figures: () => {
      const { uptimeMs, status } = lifecycle.state();
      return {
        version: version.version,
        node: version.node,
        uptimeMs,
        isWell: status === 'ok',
        devices: directory.list(),
        tasks: scheduler.tasks(),
        lanes: [...laneAges(fleet.devices(), fleet.bounds())].map(([name, ages]) => ({ name, ...ages })),
        sinks: sinks.list().filter(({ state }) => state !== 'disabled'),
        uplinks: telemetry.list().filter(({ state }) => state !== 'disabled'),
        readingsWaiting: buffer.size,
        readingsShed: buffer.shed,
        room: storage.room(),
      };
    },
  });
}
