import type { Logger } from '../../core/logger.ts';
import { describeError, errorCodeOf } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { LocalNetwork } from '../../core/local-network.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import { waitFor } from '../../engine/time-limit.ts';
import type { ConfiguredDevice } from './configured-device.ts';
import { KnownPlaces } from './known-places.ts';
import { sweepPorts, type Place, type SweepPorts } from './port-sweep.ts';
import { ownSurroundings, surroundingsOf } from './scan-plan.ts';

/** A configured device, and whether it still is where it was. */
export interface FollowedDevice extends ConfiguredDevice {
  /** It has not answered for a while, or another device answers in its place. */
  readonly isLost: boolean;
}

export interface FollowPorts extends SweepPorts {
  readonly lan: LocalNetwork;
  readonly logger: Logger;
  readonly devices: () => readonly FollowedDevice[];
  /** When a person scanned last, on the monotonic clock. */
  readonly scannedMs: () => number;
  /** As the device's driver reads it, at another host. Errors: those of the transport. */
  readonly readSerialNumber: (id: string, host: string, signal: AbortSignal) => Promise<string>;
  /** From now on the device is asked there. */
  readonly move: (id: string, host: string) => Promise<void>;
}

interface LostDevice {
  readonly id: string;
  readonly serialNumber: string;
  readonly host: string;
  readonly port: number;
}

const lookPeriodMs = 5_000;
/** Whoever was knocked at by the sweep needs a moment before it takes another connection. */
const settleMs = 500;

/**
 * Looks for devices whose address has changed: by their serial number, at their port, around where they were, and
 * for all that are lost together once in `limits.scanIntervalMs`. Where other configured devices are nobody knocks.
 */
export function followDevices(ports: FollowPorts): TaskDefinition {
  let huntedMs = -Infinity;
  return {
    name: 'follow:devices',
    group: 'discovery',
    priority: 'housekeeping',
    periodMs: lookPeriodMs,
    offsetMs: 3_000,
    deadlineMs: 120_000,
    run: async ({ signal }) => {
      const lost = ports.devices().flatMap(lostDevice);
      const nowMs = ports.clock.monotonic();
      const lastMs = Math.max(huntedMs, ports.scannedMs());
      if (lost.length === 0 || nowMs - lastMs < limits.scanIntervalMs) return;
      huntedMs = nowMs;
      await hunt(lost, ports, signal);
    },
  };
}

/** One whose serial number is not known could be anything: it is never followed. */
function lostDevice({ id, serialNumber, place, isLost }: FollowedDevice): LostDevice[] {
  if (!isLost || serialNumber === null || serialNumber === '' || !('host' in place)) return [];
  return [{ id, serialNumber, host: place.host, port: place.port }];
}

async function hunt(lost: readonly LostDevice[], ports: FollowPorts, signal: AbortSignal): Promise<void> {
  const { lan, clock, alarm, logger } = ports;
  const others = await KnownPlaces.of(
    ports.devices().filter(({ isLost }) => !isLost),
    lan,
    signal,
  );
  const places = new Map<string, Place & { readonly devices: LostDevice[] }>();
  for (const device of lost) {
    for (const host of surroundingsOf(device.host, lan) ?? ownSurroundings(lan)) {
      const key = `${host}:${device.port}`;
      const place = places.get(key) ?? { host, port: device.port, devices: [] };
      if (others.at(place).length > 0) continue;
      place.devices.push(device);
      places.set(key, place);
    }
  }
  const ids = lost.map(({ id }) => id);
  logger.info({ devices: ids }, `looking for ${ids.join(', ')} at ${places.size} places`);
  const open = await sweepPorts([...places.values()], signal, ports);
  if (open.length === 0) return;
  await waitFor({ clock, alarm }, settleMs, signal);
  const wanted = new Map(lost.map((device) => [device.id, device]));
  const left = open.values();
  const work = async (): Promise<void> => {
    for (const { host, port } of left) {
      const here = places.get(`${host}:${port}`)?.devices ?? [];
      for (const device of here)
        if (wanted.has(device.id)) await ask(device, host, { wanted, ports, signal });
    }
  };
  await Promise.all(Array.from({ length: limits.identifiedAtOnceMax }, work));
}

interface Hunt {
  readonly wanted: Map<string, LostDevice>;
  readonly ports: FollowPorts;
  readonly signal: AbortSignal;
}

async function ask(device: LostDevice, host: string, { wanted, ports, signal }: Hunt): Promise<void> {
  const { id, serialNumber } = device;
  let found: string;
  try {
    found = await ports.readSerialNumber(id, host, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (errorCodeOf(error) === undefined) throw error;
    ports.logger.debug({ device: id, host }, `${host} is not ${id}: ${describeError(error)}`);
    return;
  }
  // Another worker may have found it meanwhile; at its old place it only came back.
  if (found !== serialNumber || !wanted.delete(id) || host === device.host) return;
  await ports.move(id, host);
}
