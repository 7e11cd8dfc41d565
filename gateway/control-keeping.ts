import type { Alarm } from './core/clock.ts';
import type { LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { Random } from './core/random.ts';
import type { Scheduler } from './engine/scheduler.ts';
import { createControl, watchLeasesTaskName, type Control } from './features/control/control.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { Harvest } from './harvesting.ts';
import type { Database } from './storage/store-calls.ts';

interface Parts {
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
  readonly database: Database;
  /** Random, new at each start. */
  readonly bootId: string;
}

/** Telling devices what to do, put together. */
export function createControlKeeping(
  { clock, alarm, random, logger, database, bootId }: Parts,
  { scheduler, harvest, feed }: { scheduler: Scheduler; harvest: Harvest; feed: LiveFeed },
): Control {
  const { fleet, directory } = harvest;
  return createControl(
    {
      clock,
      alarm,
      random,
      logger,
      feed,
      store: database,
      access: fleet,
      bootId,
      wake: (atMs) => void scheduler.reschedule(watchLeasesTaskName, atMs),
    },
    {
      ids: () => fleet.devices().map(({ device }) => device.id),
      stateOf: (id) => directory.show(id)?.state,
      controlsOf: (id) => fleet.controlsOf(id),
    },
  );
}
