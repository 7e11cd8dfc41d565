import type { StampingClock } from '../core/machine-clock.ts';

/** A shorter sleep than this makes a reading no older than a slow answer does. */
const sleepMsMin = 1_000;

/** What was asked for before the machine slept is of then, however late it is read: it is asked for again. */
export async function readAwake<Answer>(clock: StampingClock, read: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const sleptMs = clock.steady() - clock.monotonic();
    const answer = await read();
    if (clock.steady() - clock.monotonic() - sleptMs < sleepMsMin) return answer;
  }
}
