import type { Config } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import { describeError } from './core/errors.ts';
import type { Identity } from './core/identity.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { TaskDefinition } from './engine/task.ts';
import { bindAncestorCommands } from './features/cloud-control/ancestor-commands.ts';
import { createCloud, type Cloud, type CloudPorts } from './features/cloud-control/cloud.ts';
import { bindCloudCommands } from './features/cloud-control/cloud-commands.ts';
import { cloudSection, cloudSettings, type TopicSettings } from './features/cloud-control/cloud-section.ts';
import type { BoundCommand } from './features/command.ts';
import type { DeviceControls } from './features/device-access.ts';
import type { ReadDevice } from './features/harvest/device-directory.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import type { SecurityNotes } from './features/security-events.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import { openMqttSession, type MqttSessionOptions } from './io/mqtt/mqtt-session.ts';
import { tlsOptions } from './io/tls-options.ts';
import type { Database } from './storage/store-calls.ts';

interface Parts {
  readonly config: Pick<Config, 'features'>;
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly network: Network;
  readonly database: Database;
}

interface Surroundings extends Pick<CloudPorts, 'checkOf' | 'send' | 'commands' | 'restPaths' | 'rates'> {
  readonly identity: Identity;
  readonly security: SecurityNotes;
  readonly fleet: {
    devices(): readonly Pick<ReadDevice, 'device'>[];
    controlsOf(id: string): DeviceControls | undefined;
  };
}

/** Who in the cloud may do what, and what it has told, put together; nothing of it where no root key is configured. */
export interface CloudKeeping {
  readonly commands: readonly BoundCommand[];
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly issuerKey: Cloud['issuerKey'];
  /** A message of a backend that is no acknowledgement. Never throws. */
  receive(message: Uint8Array, uplink: string): void;
  /** Before uplinks are opened. Errors: those of the store. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createCloudKeeping(parts: Parts, surroundings: Surroundings): CloudKeeping {
  const { database } = parts;
  const { gatewayId } = surroundings.identity;
  const { cloud, health } = openCloud(parts, surroundings);
  return {
    commands: [
      ...bindCloudCommands({ cloud: cloud?.facts, gatewayId, store: database }),
      ...bindAncestorCommands({ desk: cloud?.desk }),
    ],
    tasks: cloud?.tasks ?? [],
    health,
    issuerKey: (issuer, purpose) => cloud?.issuerKey(issuer, purpose),
    receive: (message, uplink) => cloud?.control.receive(message, uplink),
    start: async () => await cloud?.start(),
    stop: async () => await cloud?.stop(),
  };
}

/** A root key that is none lets nobody in; the gateway does the rest of its work. */
function openCloud(
  { config, clock, alarm, logger, database, network }: Parts,
  surroundings: Surroundings,
): { readonly cloud: Cloud | undefined; readonly health: HealthSource } {
  const settings = cloudSettings(config.features[cloudSection.key]);
  if (settings === undefined) return { cloud: undefined, health: () => [] };
  const isClockTrusted = (): boolean => clock.state === 'trusted';
  const { fleet } = surroundings;
  const findDevice: CloudPorts['findDevice'] = (serialNumber) => {
    const id = fleet.devices().find(({ device }) => device.identity?.serialNumber === serialNumber)
      ?.device.id;
    return id === undefined ? undefined : { id, controls: fleet.controlsOf(id) };
  };
  const openBroker: CloudPorts['openBroker'] = async (broker, signal) =>
    await openMqttSession(topicSession(broker, surroundings.identity.serial), network, signal);
  const ports = {
    ...surroundings,
    clock,
    alarm,
    logger,
    store: database,
    isClockTrusted,
    findDevice,
    openBroker,
  };
  try {
    const cloud = createCloud(ports, settings);
    return { cloud, health: () => cloud.notes() };
  } catch (error) {
    const note = {
      subject: 'cloud',
      status: 'degraded',
      message: `cloud.rootKey cannot be used, and nobody in the cloud may do anything: ${describeError(error)}`,
      hint: 'put the public key of your backend there, as the program that made it shows it',
    } as const;
    return { cloud: undefined, health: () => [note] };
  }
}

/** Nothing is said to a broker, or believed of it, whose certificate does not hold. */
function topicSession(settings: TopicSettings, serial: string): MqttSessionOptions {
  const { host, port, clientId = `${serial}-control`, user, password } = settings;
  const tls = tlsOptions(host, { ...settings, tls: 'verify' });
  return {
    host,
    port,
    ...(tls !== undefined && { tls }),
    clientId,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    keepaliveSeconds: 60,
    refusedCode: 'uplink_refused',
  };
}
