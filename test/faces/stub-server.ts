import { createLiveFeed } from '../../gateway/core/live-feed.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { bindMeterCommands } from '../../gateway/features/server/meter-commands.ts';
import { bindSwitchingCommands } from '../../gateway/features/server/switching-commands.ts';
import { serverSettings } from '../../gateway/features/server/server-section.ts';
import { Switching } from '../../gateway/features/server/switching/switching.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import type { StorePort } from '../../gateway/features/store-port.ts';
import type { ServerCalls, StoredServerOrder } from '../../gateway/storage/server-calls.ts';
import type { ManualTime } from './manual-time.ts';

const hourMs = 3_600_000;

/** A server that was switched off for a red day, and whose switch means no good. */
export function stubServerCommands(clock: ManualTime): readonly BoundCommand[] {
  const knowledge = {
    colourOf: () => undefined,
    redProbability: () => 0,
    priceOf: () => undefined,
    whyNoPrice: () => 'there is no price',
    onNews: () => () => undefined,
  };
  const orders: StoredServerOrder[] = [
    {
      ...{ id: 1, wanted: 'off', cause: 'policy', by: 'policy', state: 'failed', tries: 3 },
      ...{ decidedMs: clock.wall() - hourMs, sentMs: clock.wall() - hourMs, endedMs: clock.wall() },
      reason: JSON.stringify({ reason: 'red-day', policy: 'off', day: '2026-01-13', colour: 'red' }),
      problem: 'it said \u001b[31mno',
    },
  ];
  const answers: Record<string, (asked: never) => unknown> = {
    listServerOrders: () => orders,
    addServerOrder: () => 2,
    listMetered: () => ({ intervals: [] }),
    getMeterMark: () => undefined,
  };
  const store: StorePort<keyof ServerCalls | 'addAuditLine'> = {
    call: async (name, ...parameters) =>
      await Promise.resolve(answers[name]?.(parameters[0] as never) as never),
  };
  const written = { ...{ name: 'tower', policy: 'seed', unknownColour: 'stay-on', redProbability: 0.5 } };
  const settings = serverSettings({ ...written, meter: 'plug', switch: 'pve', dryRun: false, tries: 3 });
  if (settings === undefined) return [];
  const switching = new Switching({
    ...{ clock, logger: silentLogger, feed: createLiveFeed(), store, settings, knowledge },
    desk: { observe: () => Promise.resolve(), observedToMs: () => undefined },
    powerSwitch: {
      ...{ id: 'pve', positions: ['on', 'off'] },
      turn: () => Promise.resolve(),
      position: () => Promise.resolve(undefined),
    },
    derogations: undefined,
    isTimeKnown: () => true,
    isKnowledgeRead: () => true,
    periodMsOf: () => 10_000,
    hasten: () => undefined,
  });
  return [
    ...bindMeterCommands({ clock, store, watch: { unstored: [], sight: unreadSight }, knowledge }),
    ...bindSwitchingCommands({ switching }),
  ];
}

const unreadSight = { series: undefined, mark: undefined, doubted: undefined, restart: undefined };
