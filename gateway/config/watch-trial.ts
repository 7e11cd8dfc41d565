import { monotonicMs, type Alarm, type Cancel, type Clock } from '../core/clock.ts';
import { errorCodeOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { LivenessBreach } from '../engine/liveness.ts';
import { judgeTrial } from './choose-configuration.ts';
import type { StartedConfig } from './start-configuration.ts';

export interface TrialPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  livenessBreaches(): readonly LivenessBreach[];
  /** There is a last good configuration to go back to, and it is time to. */
  onReject(): void;
}

const lookMs = 5_000;

/**
 * Looks at a configuration on trial until it is kept or sent back. When neither can be written down it goes on
 * looking: a full disk ends no gateway. One that breaks a contract with nothing to go back to starts its trial
 * anew. @returns ends it
 */
export function watchTrial(started: StartedConfig, ports: TrialPorts): Cancel {
  if (!started.onTrial) return () => undefined;
  const { clock, alarm, logger } = ports;
  let wellSinceMs = clock.monotonic();
  let isFailureTold = false;
  let stopLooking: Cancel = () => undefined;

  const isSettled = (): boolean => {
    const breaches = ports.livenessBreaches();
    const verdict = judgeTrial(clock.monotonic() - wellSinceMs, breaches.length === 0);
    if (verdict === 'promote') {
      started.promote(clock.wall());
      logger.info({}, 'the configuration has run well and is kept as the last good one');
      return true;
    }
    if (verdict === 'wait') return false;
    wellSinceMs = clock.monotonic();
    const why = breaches.map(({ task, kind }) => `${task} was ${kind}`).join(', ');
    const isRejected = started.reject(why, clock.wall());
    if (isRejected) ports.onReject();
    return isRejected;
  };
  const look = (): void => {
    try {
      if (isSettled()) return;
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      if (!isFailureTold) logger.error({ error }, 'the outcome of the trial cannot be written down');
      isFailureTold = true;
    }
    stopLooking = alarm.at(monotonicMs(clock.monotonic() + lookMs), look);
  };
  look();
  return () => stopLooking();
}
