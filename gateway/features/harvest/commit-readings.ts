import { commitPeriodsMs, type CommitPolicy } from '../../core/commit-policy.ts';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { BackoffPolicy } from '../../engine/backoff.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { StorePort } from '../store-port.ts';
import type { LatestReadings } from './latest-readings.ts';
import type { ReadingBuffer } from './reading-buffer.ts';

export const commitTaskName = 'store:readings';

/** A disk that has room again is used within seconds. */
const commitBackoff: BackoffPolicy = { firstMs: 1_000, maxMs: 5_000 };

export interface CommitPorts {
  readonly store: StorePort<'appendReadings'>;
  readonly gaps: StorePort<'noteGap'>;
  readonly clock: Clock;
  readonly buffer: ReadingBuffer;
  readonly latest: LatestReadings;
  /** Random, new at each start of the process. */
  readonly bootId: string;
  /** What steady times count from. */
  readonly timeline: string;
}

/** Commits what has been read, in the order it came, until nothing waits. A failed commit comes again. */
export function commitReadings(policy: CommitPolicy, ports: CommitPorts): TaskDefinition {
  const periodMs = commitPeriodsMs[policy];
  return {
    name: commitTaskName,
    group: 'store',
    priority: 'store',
    periodMs,
    // Just after the beat, so that readings of the beat itself are in: their devices answer within it.
    offsetMs: Math.min(500, periodMs / 2),
    deadlineMs: 30_000,
    backoff: commitBackoff,
    run: async () => {
      await commitPending(ports);
    },
  };
}

/**
 * For the task, and once more at the end of the process, where a commit may still be under way: both then wait
 * for the same batch, which is stored once. Errors: those of the store.
 */
export async function commitPending(ports: CommitPorts): Promise<void> {
  for (;;) {
    const batch = ports.buffer.next();
    if (batch === undefined) return;
    const { sequence, readings, basis } = batch;
    const key = { bootId: ports.bootId, sequence };
    const timeline = basis === 'steady' ? ports.timeline : undefined;
    const receipt = await ports.store.call('appendReadings', key, readings, timeline);
    if (receipt.count !== readings.series.length) {
      throw new GatewayError(
        'storage_failed',
        `${receipt.count} of ${readings.series.length} readings were stored`,
      );
    }
    ports.buffer.acknowledge(batch);
    ports.latest.markStored(batch.toAdded);
    await noteShed(ports);
  }
}

/** Readings that were given up stood behind the batch that waited: they are noted once that is stored. */
async function noteShed({ gaps, buffer: { shedCount }, clock, bootId }: CommitPorts): Promise<void> {
  const shed = shedCount.next(clock.wall());
  if (shed === undefined) return;
  const { notedMs, readings, fromPlace, toPlace, fromMs, toMs } = shed;
  const detail = `nothing could be written for too long; of start ${bootId}, among the readings ${fromPlace} to ${toPlace}`;
  await gaps.call('noteGap', { notedMs, reason: 'shed', fromMs, toMs, readings, detail });
  shedCount.acknowledge(shed);
}
