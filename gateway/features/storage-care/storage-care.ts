import type { Clock } from '../../core/clock.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { Retention } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';

export interface StorageCarePorts {
  readonly clock: Clock;
  readonly store: StorePort<'rollUp' | 'packReadings' | 'packWindows' | 'prune'>;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Each step is bounded, so that commits in between never wait long; more is done at once until none remains. */
function stepwise(
  definition: Pick<TaskDefinition, 'name' | 'priority' | 'periodMs' | 'offsetMs'>,
  step: () => Promise<{ readonly remaining: boolean }>,
): TaskDefinition {
  return {
    ...definition,
    group: 'storage-care',
    deadlineMs: 60_000,
    run: async ({ signal }) => {
      while (!signal.aborted && (await step()).remaining);
    },
  };
}

/** What keeps the database small and its windows up to date. */
export function storageCare(retention: Retention, ports: StorageCarePorts): readonly TaskDefinition[] {
  const nowMs = (): number => ports.clock.wall();
  return [
    stepwise(
      { name: 'roll-up:readings', priority: 'store', periodMs: minuteMs, offsetMs: 12_000 },
      async () => await ports.store.call('rollUp', nowMs()),
    ),
    stepwise(
      { name: 'pack:readings', priority: 'housekeeping', periodMs: 5 * minuteMs, offsetMs: 25_000 },
      async () => await ports.store.call('packReadings', nowMs()),
    ),
    stepwise(
      { name: 'pack:windows', priority: 'housekeeping', periodMs: 60 * minuteMs, offsetMs: 30 * minuteMs },
      async () => await ports.store.call('packWindows'),
    ),
    stepwise(
      { name: 'prune:readings', priority: 'housekeeping', periodMs: 60 * minuteMs, offsetMs: 35_000 },
      async () => await ports.store.call('prune', nowMs(), retention),
    ),
  ];
}

/** Days as configured; a level without days is kept for ever. */
export function retentionOf(days: {
  readonly rawDays: number;
  readonly minuteDays: number;
  readonly hourDays?: number;
  readonly dayDays?: number;
}): Retention {
  return {
    rawMs: days.rawDays * dayMs,
    minuteMs: days.minuteDays * dayMs,
    ...(days.hourDays !== undefined && { hourMs: days.hourDays * dayMs }),
    ...(days.dayDays !== undefined && { dayMs: days.dayDays * dayMs }),
  };
}
