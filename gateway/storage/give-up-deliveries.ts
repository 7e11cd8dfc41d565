import type { Connection } from './connection.ts';
import { DeliverySteps } from './delivery-steps.ts';
import { DeliveryTable } from './delivery-table.ts';
import { readSound } from './read-sound.ts';

/**
 * For where the newest that was written of deliveries may be gone: one that waits may have been sent since, and to send
 * it again is worse than to say that it has failed. Answers how many. A damaged row is left to salvaging. In the
 * caller's transaction.
 */
export function giveUpDeliveries(
  connection: Connection,
  { nowMs, reason, ids }: { nowMs: number; reason: string; ids?: readonly number[] },
): number {
  const [deliveries, steps] = [new DeliveryTable(connection), new DeliverySteps(connection)];
  const giveUp = (id: number): void => {
    const delivery = deliveries.find(id);
    if (delivery === undefined) return;
    steps.put({ ...delivery, state: 'failed', unclear: delivery.unclear + 1, endedMs: nowMs, reason });
  };
  const open = ids ?? deliveries.openIds();
  for (const id of open) readSound(() => giveUp(id));
  return open.length;
}
