import { monotonicMs, type Alarm, type Cancel, type Clock } from './core/clock.ts';
import { exitCodes } from './core/exit-codes.ts';

/** The service manager kills what is not gone in 10 s; we are, or end ourselves. */
export const stopMsMax = 4_500;

export interface StopSignals {
  /** Settles at the first SIGTERM or SIGINT. */
  readonly stopAsked: Promise<{ readonly exitCode: number }>;
  /** From here on a signal only hastens the end, with that code: what is still being closed keeps the process a moment. */
  ended(exitCode: number): void;
}

/**
 * Heard from before the first file is read until the very end: npm passes Ctrl-C on to a process that had it
 * from the terminal already, and the second one must not end it within the last commit.
 */
export function listenToSignals({ clock, alarm }: { clock: Clock; alarm: Alarm }): StopSignals {
  const { promise: stopAsked, resolve } = Promise.withResolvers<{ readonly exitCode: number }>();
  let cancelForce: Cancel | undefined;
  const onSignal = (): void => {
    resolve({ exitCode: exitCodes.ok });
    cancelForce ??= alarm.at(monotonicMs(clock.monotonic() + stopMsMax), () => {
      process.stderr.write('egw: stopping took too long\n');
      process.exit(exitCodes.unexpected);
    });
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return {
    stopAsked,
    ended: (exitCode) => {
      cancelForce?.();
      const leave = (): void => process.exit(exitCode);
      process.on('SIGTERM', leave).on('SIGINT', leave);
      process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    },
  };
}
