import type { Alarm, Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { TimeLimiter, waitFor } from '../../engine/time-limit.ts';
import type { WatchedSource } from './watched-source.ts';

/** Long enough to go to the device; its own window, from the button on, is 30 s at those that have one. */
const windowMs = 40_000;
const betweenMs = 1_500;

/** `waiting`: nobody has pressed the button so far. */
export type PairState = 'done' | 'waiting';

/**
 * Asks a source to let us in, again and again while its button is waited for. Errors: `input_invalid` where there is
 * nothing to press; `deadline_exceeded`, and those of the source, at the first request that fails.
 */
export async function pairSource(
  { id, reader, definition }: Pick<WatchedSource, 'id' | 'reader' | 'definition'>,
  time: { readonly clock: Clock; readonly alarm: Alarm },
  signal: AbortSignal,
): Promise<PairState> {
  if (reader.pair === undefined)
    throw new GatewayError('input_invalid', `source ${id} lets us in without a button`, {
      hint: 'what it needs stands in its configuration: see egw source kind',
    });
  const limiter = new TimeLimiter(time);
  const limit = { limitMs: definition.pace.timeoutMs, error: () => late(id), outer: signal };
  const untilMs = time.clock.monotonic() + windowMs;
  for (;;) {
    if (await limiter.run(limit, async (within) => (await reader.pair?.(within)) === true)) return 'done';
    if (time.clock.monotonic() + betweenMs >= untilMs) return 'waiting';
    await waitFor(time, betweenMs, signal);
  }
}

function late(id: string): GatewayError {
  return new GatewayError('deadline_exceeded', `source ${id} did not answer in time`, {
    hint: 'check that it is on, and that its address is right',
  });
}
