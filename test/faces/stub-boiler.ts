import { createLiveFeed } from '../../gateway/core/live-feed.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import type { StoredPhase } from '../../gateway/storage/boiler-calls.ts';
import type { RangeQuery, RollupRow } from '../../gateway/storage/store-calls.ts';
import { bindBoilerCommands } from '../../gateway/features/boiler/boiler-commands.ts';
import type { BoilerPorts } from '../../gateway/features/boiler/boiler-ports.ts';
import { boilerSettings } from '../../gateway/features/boiler/boiler-section.ts';
import { Boiler } from '../../gateway/features/boiler/boiler.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import type { ManualTime } from './manual-time.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const names = ['water', 'igniter', 'fan'];

/** A boiler whose water has cooled for an hour, and whose comment means no good. */
export function stubBoilerCommands(clock: ManualTime): readonly BoundCommand[] {
  const nowMs = Math.floor(clock.wall() / minuteMs) * minuteMs;
  const phases: readonly StoredPhase[] = [
    { startMs: nowMs - 2 * hourMs, endMs: nowMs - hourMs, phase: 'combustion' },
    { startMs: nowMs - hourMs, endMs: nowMs, phase: 'stop' },
  ];
  const answers: Record<string, (query: unknown) => unknown> = {
    listSeries: () => names.map((name, id) => ({ id, device: `boiler/${name}`, quantity: 'temperature_c' })),
    rollupRange: (query) => ({ rows: rowsOf(query as RangeQuery) }),
    listPhases: () => ({ spans: phases }),
    listAlerts: () => [],
  };
  const store: BoilerPorts['store'] = {
    call: async (name, ...parameters) => await Promise.resolve(answers[name]?.(parameters[0]) as never),
  };
  const written = { water: 'boiler/water', igniter: 'boiler/igniter', primaryFan: 'boiler/fan' };
  const settings = boilerSettings({ comment: 'swept \u001b[31min May', inputs: written });
  if (settings === undefined) return [];
  const ports: BoilerPorts = {
    ...{ clock, store, logger: silentLogger, feed: createLiveFeed(), commitMs: 10_000 },
    desk: { observe: () => Promise.resolve(), observedToMs: () => undefined },
    latest: () => [],
    isTimeKnown: () => true,
    waitingSinceMs: () => undefined,
    periodMsOf: () => 5_000,
    minutesKeptMs: 35 * 24 * hourMs,
  };
  return bindBoilerCommands({ clock, store, boiler: new Boiler(ports, settings) });
}

/** A minute of each quarter of an hour. */
function rowsOf({ fromMs, toMs }: RangeQuery): readonly RollupRow[] {
  const rows: RollupRow[] = [];
  const stepMs = hourMs / 4;
  const firstMs = Math.ceil(Math.max(fromMs, toMs - 8 * hourMs) / stepMs) * stepMs;
  for (let startMs = firstMs; startMs < toMs; startMs += stepMs) {
    const values = { min: 54, max: 55, mean: 54.5, last: 54, anyOn: true };
    rows.push({ startMs, endMs: startMs + minuteMs, ...values, n: 12, bad: 0 });
  }
  return rows;
}
