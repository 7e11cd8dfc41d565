import {
  quietState,
  step,
  type AlertSpan,
  type AlertTiming,
  type Told,
} from '../../../gateway/features/alerts/alert-machine.ts';
import type { StoredAlertState } from '../../../gateway/storage/alert-calls.ts';

export const minuteMs = 60_000;

/** At once, ten minutes between two, no reminders. */
export const usualTiming: AlertTiming = {
  forMs: 0,
  cooldownMs: 10 * minuteMs,
  repeatMs: undefined,
  tellsRecovery: true,
};

/** Minutes as a text: `T` holds, `F` does not, `?` is not known, `.` nobody looked. Each run is one stretch. */
export function spansOf(minutes: string): readonly AlertSpan[] {
  return [...minutes.matchAll(/T+|F+|\?+/g)].map(({ 0: run, index }) => ({
    fromMs: index * minuteMs,
    toMs: (index + run.length) * minuteMs,
    holds: run.startsWith('?') ? undefined : run.startsWith('T'),
  }));
}

export interface Played {
  readonly state: StoredAlertState;
  readonly told: readonly Told[];
}

export function play(
  spans: readonly AlertSpan[],
  timing: AlertTiming,
  from = quietState('r', 's', 0),
): Played {
  let state = from;
  const told: Told[] = [];
  for (const span of spans) {
    const next = step(state, span, timing);
    state = next.state;
    if (next.told !== undefined) told.push(next.told);
  }
  return { state, told };
}

/** `alert 3@5`: of the episode from minute 3, told of minute 5. */
export function inWords(told: readonly Told[]): string {
  return told
    .map(({ kind, sequence, episodeMs, atMs }) => {
      const number = sequence === 0 ? '' : `-${sequence}`;
      return `${kind}${number} ${episodeMs / minuteMs}@${atMs / minuteMs}`;
    })
    .join(', ');
}
