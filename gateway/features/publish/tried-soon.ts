import { monotonicMs, type Clock, type MonotonicMs } from '../../core/clock.ts';
import { errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { TaskDefinition } from '../../engine/task.ts';

export interface TriedSoonPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly runAt: (task: string, atMs: MonotonicMs) => void;
}

/** So that a receiver which is back is live again within 5 s. */
const retryMsMin = 3_000;
const retryMsMax = 4_500;
/** A receiver that hangs up so often in a row does so for a reason. */
const hangUpsMax = 3;

/** Nobody has heard us, so nobody minds when we knock again. */
const unreached: ReadonlySet<ErrorCode | undefined> = new Set([
  'connection_refused',
  'connection_timeout',
  'host_unresolved',
]);

/**
 * The task of a sink, tried again within seconds while its receiver cannot be reached, however long that lasts. After
 * a receiver's own word (refused, too often, not now) the task's longer and longer pauses stay.
 */
export function triedSoon(task: TaskDefinition, { clock, random, runAt }: TriedSoonPorts): TaskDefinition {
  let hangUps = 0;
  const isWorthIt = (error: unknown): boolean => {
    const code = errorCodeOf(error);
    hangUps = code === 'connection_closed' ? hangUps + 1 : 0;
    if (hangUps > 0) return hangUps <= hangUpsMax;
    return unreached.has(code) || (error instanceof GatewayError && 'timeoutMs' in error.facts);
  };
  return {
    ...task,
    run: async (context) => {
      try {
        await task.run(context);
        hangUps = 0;
      } catch (error) {
        const waitMs = retryMsMin + random.next() * (retryMsMax - retryMsMin);
        if (isWorthIt(error)) runAt(task.name, monotonicMs(clock.monotonic() + waitMs));
        throw error;
      }
    },
  };
}
