import type { Clock } from '../core/clock.ts';

/** The event loop did not turn for so long: whatever ran is a bug, and connections have timed out meanwhile. */
export const stallMsMax = 30_000;

/** Health is lost for so long that only a new start is left to try. Longer than any device's or disk's fault. */
export const unhealthyMsMax = 15 * 60_000;

const checkMs = 5_000;

/** What the watchdog remembers between two looks, on the monotonic clock. */
export interface WatchdogState {
  readonly lookedMs: number;
  /** When health was last seen held. */
  readonly healthyMs: number;
}

/**
 * One look. `stalled` and `unhealthy` mean that the process should end, for its supervisor to start it anew.
 * A machine that slept counts as neither: its monotonic clock stood still.
 */
export function judgeHealth(
  state: WatchdogState,
  nowMs: number,
  isHealthy: boolean,
): { readonly verdict: 'well' | 'stalled' | 'unhealthy'; readonly state: WatchdogState } {
  const next = { lookedMs: nowMs, healthyMs: isHealthy ? nowMs : state.healthyMs };
  if (nowMs - state.lookedMs > stallMsMax + checkMs) return { verdict: 'stalled', state: next };
  return { verdict: nowMs - next.healthyMs > unhealthyMsMax ? 'unhealthy' : 'well', state: next };
}

export interface WatchdogOptions {
  readonly clock: Clock;
  /** Whether every liveness contract holds. A device's failure breaks none. */
  readonly isHealthy: () => boolean;
  /** Logs the reason and ends the process. Called once. */
  readonly giveUp: (why: string) => void;
}

/**
 * Watches that the event loop turns and that work gets done. A loop that never ends can't be seen from inside
 * of it, and a thread to watch it costs 10 MB: the container's health check sees that one.
 * @returns stops it
 */
export function startWatchdog({ clock, isHealthy, giveUp }: WatchdogOptions): () => void {
  const startMs = clock.monotonic();
  let state: WatchdogState = { lookedMs: startMs, healthyMs: startMs };
  const look = (): void => {
    const judged = judgeHealth(state, clock.monotonic(), isHealthy());
    state = judged.state;
    if (judged.verdict === 'well') return;
    clearInterval(timer);
    giveUp(judged.verdict === 'stalled' ? 'the event loop stood still' : 'health was lost for too long');
  };
  const timer = setInterval(look, checkMs);
  timer.unref();
  return () => clearInterval(timer);
}
