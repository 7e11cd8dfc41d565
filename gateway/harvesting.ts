import type { AddedDevices } from './config/added-devices.ts';
import type { DeviceConfig } from './config/config.ts';
import { GatewayError } from './core/errors.ts';
import type { LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import { createDeviceLinks } from './device-links.ts';
import type { Scheduler } from './engine/scheduler.ts';
import { commitTaskName } from './features/harvest/commit-readings.ts';
import { DeviceDirectory, type QuarantinedDevice } from './features/harvest/device-directory.ts';
import { DeviceFleet } from './features/harvest/device-fleet.ts';
import type { FleetPort } from './features/harvest/fleet-commands.ts';
import { harvestNotes } from './features/harvest/harvest-health.ts';
import { createIdentityRegister } from './features/harvest/identity-register.ts';
import { LatestReadings } from './features/harvest/latest-readings.ts';
import { ReadingBuffer } from './features/harvest/reading-buffer.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import type { Database } from './storage/store-calls.ts';

type Parts = Parameters<typeof createDeviceLinks>[0] & {
  readonly clock: Timekeeper;
  readonly logger: Logger;
  readonly database: Database;
  readonly quarantined: readonly QuarantinedDevice[];
};

/** Reading devices, put together. */
export interface Harvest {
  readonly fleet: DeviceFleet<DeviceConfig>;
  readonly buffer: ReadingBuffer;
  readonly latest: LatestReadings;
  readonly directory: DeviceDirectory;
  readonly health: HealthSource;
}

export function createHarvest(parts: Parts, scheduler: Scheduler, feed: LiveFeed): Harvest {
  const { clock, logger, database, quarantined } = parts;
  const buffer = new ReadingBuffer();
  const latest = new LatestReadings(feed);
  const fleet = new DeviceFleet<DeviceConfig>({
    clock,
    logger,
    feed,
    store: database,
    buffer,
    latest,
    identities: createIdentityRegister(database),
    link: createDeviceLinks(parts),
    submit: (task) => scheduler.submit(task),
    runAgain: (name) => void scheduler.reschedule(name, clock.monotonic()),
    cancel: (name) => void scheduler.cancel(name),
    hold: (name, slackMs) => void scheduler.hold(name, slackMs),
    commitSoon: () => void scheduler.reschedule(commitTaskName, clock.monotonic()),
  });
  return {
    fleet,
    buffer,
    latest,
    directory: new DeviceDirectory(clock, () => fleet.devices(), quarantined),
    health: () =>
      harvestNotes({
        devices: fleet.devices(),
        quarantined,
        bounds: fleet.bounds(),
        buffer,
        tasks: scheduler.tasks(),
      }),
  };
}

/** Adds and removes devices where they run and where they are kept. Whose id a source has cannot be added. */
export function fleetPort(
  fleet: DeviceFleet<DeviceConfig>,
  added: AddedDevices,
  isSource: (id: string) => boolean,
): FleetPort {
  return {
    add: async (device) => {
      const { id } = device;
      if (typeof id === 'string' && isSource(id)) {
        throw new GatewayError('already_exists', `there is a source ${id} already`, {
          hint: 'give the device another id',
        });
      }
      const config = await added.add(device);
      try {
        await fleet.add(config);
      } catch (error) {
        added.remove(config.id);
        throw error;
      }
    },
    remove: (id) => {
      added.remove(id);
      if (fleet.configOf(id) !== undefined) fleet.remove(id);
    },
    accept: (id) => fleet.accept(id),
  };
}
