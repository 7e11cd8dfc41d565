import type { Config, DeviceConfig } from './config/config.ts';
import type { Alarm, Clock } from './core/clock.ts';
import { describeError, errorCodeOf, GatewayError } from './core/errors.ts';
import type { LocalNetwork } from './core/local-network.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { SerialLines } from './core/serial-lines.ts';
import type { ServiceDiscovery } from './core/service-discovery.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { TaskDefinition } from './engine/task.ts';
import { createDeviceLinks } from './device-links.ts';
import { createDeviceProber } from './device-prober.ts';
import { Discovery } from './features/discovery/discovery.ts';
import { followDevices, type FollowedDevice } from './features/discovery/follow-devices.ts';
import { createLearnedPlaces, type LearnedPlaces } from './features/discovery/learned-places.ts';
import type { DeviceFleet, FleetLink } from './features/harvest/device-fleet.ts';
import type { ReadDevice } from './features/harvest/device-directory.ts';
import type { HealthNote } from './features/lifecycle/health-board.ts';
import type { Database } from './storage/store-calls.ts';

interface Parts {
  readonly config: Config;
  readonly lan: LocalNetwork;
  readonly network: Network;
  readonly serial: SerialLines;
  readonly services: ServiceDiscovery;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly database: Database;
}

interface FindingPorts extends Parts {
  readonly fleet: DeviceFleet<DeviceConfig>;
  readonly link: (config: DeviceConfig) => FleetLink;
}

/** Finding devices, put together: scans that a person asks for, and following those whose address changes. */
export interface DeviceFinding {
  readonly discovery: Discovery;
  readonly task: TaskDefinition;
  /** The device where it was found last, when it is not where the configuration says. */
  followed(config: DeviceConfig): Promise<DeviceConfig>;
  notes(): readonly HealthNote[];
  close(): void;
}

/** A device that answers again within this has only been restarted. */
const lostAfterMs = 45_000;

export function createDeviceFinding(
  parts: Parts,
  fleet: DeviceFleet<DeviceConfig>,
  scheduler: Pick<Scheduler, 'submit'>,
): DeviceFinding {
  // Connections apart from the fleet's: one place may be asked for two devices.
  const ports = { ...parts, fleet, link: createDeviceLinks(parts) };
  const { lan } = parts;
  const submit = (task: TaskDefinition): void => scheduler.submit(task);
  const devices = (): readonly FollowedDevice[] => fleet.devices().flatMap((read) => deviceOf(read, fleet));
  const discovery = new Discovery({ ...ports, prober: createDeviceProber(ports), devices, submit });
  const moves = new DeviceMoves(ports);
  const task = followDevices({
    ...ports,
    lan,
    devices,
    scannedMs: () => discovery.scannedMs,
    readSerialNumber: async (id, host, signal) => await readSerialNumber(ports, { id, host }, signal),
    move: async (id, host) => await moves.move(id, host),
  });
  return {
    discovery,
    task,
    followed: async (config) => await moves.followed(config),
    notes: () => moves.notes(),
    close: () => discovery.close(),
  };
}

/** Where devices were found, which the configuration does not know. */
class DeviceMoves {
  readonly #ports: FindingPorts;
  readonly #places: LearnedPlaces;
  /** By device: the host that the configuration names. */
  readonly #configuredHosts = new Map<string, string>();

  constructor(ports: FindingPorts) {
    this.#ports = ports;
    this.#places = createLearnedPlaces(ports.database);
  }

  async followed(config: DeviceConfig): Promise<DeviceConfig> {
    const { logger, lan, fleet } = this.#ports;
    const { id, transport } = config;
    if (!('host' in transport)) return config;
    try {
      const place = await this.#places.load(id);
      if (place === undefined || lan.refuse(place.host) !== undefined) return config;
      const { serialNumber } = (await fleet.knownIdentity(id)) ?? { serialNumber: '' };
      if (place.configuredHost !== transport.host || place.serialNumber !== serialNumber) {
        await this.#places.save(id, undefined);
        return config;
      }
      this.#configuredHosts.set(id, transport.host);
      return { ...config, transport: { ...transport, host: place.host } };
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      logger.warn({ device: id, error }, `where ${id} was found could not be read: ${describeError(error)}`);
      return config;
    }
  }

  /** Told before it is kept: the device is read again even when the disk is full. */
  async move(id: string, host: string): Promise<void> {
    const { fleet, logger, clock, database } = this.#ports;
    const config = fleet.configOf(id);
    const read = fleet.devices().find(({ device }) => device.id === id);
    const serialNumber = read && serialNumberOf(read);
    if (config === undefined || !serialNumber || !('host' in config.transport)) return;
    const { transport } = config;
    const configuredHost = this.#configuredHosts.get(id) ?? transport.host;
    fleet.move({ ...config, transport: { ...transport, host } });
    const isHome = host === configuredHost;
    if (isHome) this.#configuredHosts.delete(id);
    else this.#configuredHosts.set(id, configuredHost);
    logger.warn(
      { device: id, from: transport.host, to: host },
      `device ${id} was found at ${host} by its serial number; it was at ${transport.host}`,
    );
    try {
      await this.#places.save(id, isHome ? undefined : { configuredHost, host, serialNumber });
      const detail = `${id} from ${transport.host} to ${host}`;
      const line = {
        atMs: clock.wall(),
        principal: 'gateway',
        action: 'device.moved',
        outcome: 'ok',
        detail,
      };
      await database.call('addAuditLine', line);
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      logger.warn({ device: id, error }, `that ${id} has moved could not be kept: ${describeError(error)}`);
    }
  }

  notes(): readonly HealthNote[] {
    const { fleet } = this.#ports;
    return [...this.#configuredHosts].flatMap(([id, configuredHost]) => {
      const transport = fleet.configOf(id)?.transport;
      if (transport === undefined || !('host' in transport) || transport.host === configuredHost) return [];
      const message = `device ${id} is at ${transport.host}, and not at ${configuredHost} as configured`;
      const hint = `write ${transport.host} into the configuration, or give it a fixed address`;
      return [{ subject: `address:${id}`, status: 'ok' as const, message, hint }];
    });
  }
}

function deviceOf(read: ReadDevice, fleet: DeviceFleet<DeviceConfig>): FollowedDevice[] {
  const { device, driver, address } = read;
  const transport = fleet.configOf(device.id)?.transport;
  if (transport === undefined) return [];
  // The driver's port and unit stand in the address when the configuration has none.
  const unit = Number(/\d+$/.exec(address)?.[0]);
  const port = Number(/:(\d+)\/\d+$/.exec(address)?.[1]);
  const isDown = device.state === 'down' || device.lastError?.code === 'device_identity_changed';
  return [
    {
      id: device.id,
      driver: driver.id,
      title: driver.title,
      serialNumber: serialNumberOf(read),
      model: device.identity?.model || null,
      unit,
      kind: transport.kind,
      place: 'path' in transport ? { path: transport.path } : { host: transport.host, port },
      isLost: isDown && device.silentMs >= lostAfterMs,
    },
  ];
}

function serialNumberOf({ device }: ReadDevice): string | null {
  return device.identity?.serialNumber || null;
}

/** Over a connection of its own, which is closed again. */
async function readSerialNumber(
  { fleet, link }: FindingPorts,
  { id, host }: { readonly id: string; readonly host: string },
  signal: AbortSignal,
): Promise<string> {
  const config = fleet.configOf(id);
  if (config === undefined || !('host' in config.transport)) {
    throw new GatewayError('device_unknown', `there is no device ${id} on the network any more`);
  }
  const there = link({ ...config, transport: { ...config.transport, host } });
  try {
    return (await there.poller.identify(signal)).serialNumber;
  } finally {
    there.close();
  }
}
