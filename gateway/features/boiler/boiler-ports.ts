import type { AlertDesk } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import type { LiveFeed, LiveValue } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import type { StorePort } from '../store-port.ts';

/** What the boiler needs of the rest of the gateway. */
export interface BoilerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  readonly store: StorePort<
    'listSeries' | 'rollupRange' | 'putPhases' | 'listPhases' | 'phasesEndMs' | 'prunePhases' | 'listAlerts'
  >;
  readonly desk: AlertDesk;
  /** The newest value of every series, stored or not. */
  readonly latest: () => readonly LiveValue[];
  /** False while the time is not known, or readings wait for theirs. */
  readonly isTimeKnown: () => boolean;
  /** UTC epoch ms of the oldest reading that is not on disk yet; undefined when there is none. */
  readonly waitingSinceMs: () => number | undefined;
  /** How often readings are committed. */
  readonly commitMs: number;
  /** Period of a source or device; undefined where there is none of that id. */
  readonly periodMsOf: (id: string) => number | undefined;
  /** So long the minutes of all inputs are kept. */
  readonly minutesKeptMs: number;
}
