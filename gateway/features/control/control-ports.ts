import type { Alarm, Clock, MonotonicMs } from '../../core/clock.ts';
import type { LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import type { Random } from '../../core/random.ts';
import type { DeviceAccess, DeviceControls } from '../device-access.ts';
import type { StorePort } from '../store-port.ts';

export interface ControlPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  readonly store: StorePort<'recordControl' | 'listControls' | 'addAuditLine'>;
  readonly access: DeviceAccess;
  /** Random, new at each start: makes the ids of intents unique. */
  readonly bootId: string;
  /** Runs the task `watch:leases` then instead of at its next beat. */
  wake(atMs: MonotonicMs): void;
}

/** The devices as they are now: they come and go, and their maps change, while the gateway runs. */
export interface ControlledDevices {
  ids(): readonly string[];
  /** `unseen up suspect down retired quarantined`; undefined when there is no such device. */
  stateOf(device: string): string | undefined;
  /** undefined as long as nothing is known of its registers. */
  controlsOf(device: string): DeviceControls | undefined;
}

/** One control of one device, by name: the device may not offer it any more. */
export interface ControlAddress {
  readonly device: string;
  readonly control: string;
}
