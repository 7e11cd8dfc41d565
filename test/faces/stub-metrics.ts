import type { Clock } from '../../gateway/core/clock.ts';
import type { LiveValue } from '../../gateway/core/live-feed.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import { bindMetricsCommands } from '../../gateway/features/publish-metrics/metrics-commands.ts';

/** One value, for faces, and a gateway that has just started. */
export function stubMetricsCommands(clock: Clock, value: LiveValue): readonly BoundCommand[] {
  return bindMetricsCommands({
    clock,
    latest: () => [{ ...value, atMs: clock.wall(), toldMs: clock.wall() }],
    periodMsOf: () => undefined,
    figures: () => ({
      ...{ version: '1.2.3', node: 'v24', uptimeMs: 0, isWell: true, devices: [], tasks: [] },
      ...{ readingsWaiting: 0, readingsShed: 0, lanes: [], sinks: [], uplinks: [], room: undefined },
    }),
  });
}
