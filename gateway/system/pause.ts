import { monotonicMs, type Alarm, type Clock } from '../core/clock.ts';

/** What waiting takes. */
export interface Timers {
  readonly clock: Clock;
  readonly alarm: Alarm;
}

/** Waits on the alarm; ends early when the signal fires. Never rejects. */
export async function pause({ clock, alarm }: Timers, forMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const cancel = alarm.at(monotonicMs(clock.monotonic() + forMs), end);
  signal.addEventListener('abort', end, { once: true });
  await promise;
  cancel();
  signal.removeEventListener('abort', end);
}
