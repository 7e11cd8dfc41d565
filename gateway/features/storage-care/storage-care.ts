import type { Clock } from '../../core/clock.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { LevelRetention, Retention } from '../../storage/store-calls.ts';
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

/** Readings that are older than this are kept of no device. */
export function rawMsMaxOf({ rawMs = Infinity, devices = {} }: Retention): number {
  return Math.max(rawMs, ...Object.values(devices).map((kept) => kept.rawMs ?? rawMs));
}

interface KeptDays {
  readonly minuteDays?: number;
  readonly hourDays?: number;
  readonly dayDays?: number;
}

/** As configured; a level without days is kept for ever, or of a device as for the others. */
export function retentionOf({
  rawDays,
  devices = {},
  ...days
}: KeptDays & {
  readonly rawDays: number;
  readonly devices?: Readonly<Record<string, KeptDays & { readonly rawHours?: number }>>;
}): Retention {
  const named = Object.entries(devices).map(([id, { rawHours, ...own }]): [string, LevelRetention] => [
    id,
    { ...(rawHours !== undefined && { rawMs: rawHours * 60 * minuteMs }), ...keptMs(own) },
  ]);
  return {
    rawMs: rawDays * dayMs,
    ...keptMs(days),
    ...(named.length > 0 && { devices: Object.fromEntries(named) }),
  };
}

function keptMs({ minuteDays, hourDays, dayDays }: KeptDays): LevelRetention {
  return {
    ...(minuteDays !== undefined && { minuteMs: minuteDays * dayMs }),
    ...(hourDays !== undefined && { hourMs: hourDays * dayMs }),
    ...(dayDays !== undefined && { dayMs: dayDays * dayMs }),
  };
}
