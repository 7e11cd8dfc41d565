import type { DeviceConfig, DeviceTransportConfig } from './config/config.ts';
import type { Alarm, Clock } from './core/clock.ts';
import { GatewayError } from './core/errors.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import { usualSerialSettings, type SerialLines } from './core/serial-lines.ts';
import { waitFor } from './engine/time-limit.ts';
import type { FleetLink, FleetPoller } from './features/harvest/device-fleet.ts';
import { counterRulesOf } from './io/drivers/counter-rules.ts';
import { createDevicePoller, type DevicePoller } from './io/drivers/device-poller.ts';
import type { DriverDefinition } from './io/drivers/driver.ts';
import { findDriver, readValues } from './io/drivers/index.ts';
import type { LearnedAddresses } from './io/drivers/learned-addresses.ts';
import { driverOfProfile, type Profile } from './io/drivers/profile.ts';
import { findTransport } from './io/transports/index.ts';
import { frameSilenceMs, wireTimeMs } from './io/transports/line-timing.ts';
import { timeLimited } from './io/transports/time-limited.ts';
import type {
  HostEndpoint,
  RegisterTransport,
  SerialEndpoint,
  TransportDefinition,
} from './io/transports/transport.ts';

export interface LinkPorts {
  readonly network: Network;
  readonly serial: SerialLines;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly learned: LearnedAddresses;
  /** Device types besides those that are built in. */
  readonly profiles: readonly Profile[];
}

/** A connection or line, with the haste that the most delicate of its devices bears. */
interface SharedLine {
  readonly name: string;
  /** For people. */
  readonly address: string;
  readonly transport: RegisterTransport;
  readonly options: { connectDelayMs: number; requestGapMs: number };
  devices: number;
}

/** Of a device that describes itself. */
const discoveryRequestsMax = 80;

/** One for each register that tells who it is. */
function identityRequestsOf(driver: DriverDefinition): number {
  if (driver.discover !== undefined) return discoveryRequestsMax;
  const { serialNumber, otherSerialNumbers = [], model, firmware } = driver;
  return [serialNumber, ...otherSerialNumbers, model, firmware].filter((place) => place !== undefined).length;
}

/** Puts driver and transport of a device together. Devices at one address share its connection, and so its lane. */
export function deviceLinker(ports: LinkPorts): (config: DeviceConfig) => FleetLink {
  const lines = new Map<string, SharedLine>();
  const described = new Map(ports.profiles.map((profile) => [profile.id, driverOfProfile(profile)]));
  return (config) => {
    const known = findDriver(config.driver) ?? described.get(config.driver);
    const kind = findTransport(config.transport.kind);
    if (known === undefined || kind === undefined) {
      throw new GatewayError('config_invalid', `device ${config.id} has no driver ${config.driver}`);
    }
    const driver = onItsLine(known, config);
    const line = joinLine(lines, { config, driver, kind }, ports);
    const leave = (): void => {
      line.devices -= 1;
      if (line.devices > 0) return;
      line.transport.close();
      lines.delete(line.name);
    };
    return linkOf(config, driver, { line, leave, ports });
  };
}

interface Parts {
  readonly config: DeviceConfig;
  readonly driver: DriverDefinition;
  readonly kind: TransportDefinition;
}

function joinLine(
  lines: Map<string, SharedLine>,
  { config, driver, kind }: Parts,
  ports: LinkPorts,
): SharedLine {
  const { transport } = config;
  const endpoint = endpointOf(transport, kind, driver);
  const address = 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
  const name = `${kind.id}:${address}`;
  const { connectDelayMs, requestGapMs } = driver.limits;
  const known = lines.get(name);
  if (known !== undefined) {
    known.options.connectDelayMs = Math.max(known.options.connectDelayMs, connectDelayMs);
    known.options.requestGapMs = Math.max(known.options.requestGapMs, requestGapMs);
    known.devices += 1;
    return known;
  }
  const logger = 'loggerSerial' in transport ? { loggerSerial: transport.loggerSerial } : {};
  const { hasWrongLength = false } = driver;
  const options = { endpoint, ...logger, connectDelayMs, requestGapMs, hasWrongLength };
  const wait = async (ms: number, signal: AbortSignal): Promise<void> => await waitFor(ports, ms, signal);
  const line = { name, address, options, transport: kind.create(options, { ...ports, wait }), devices: 1 };
  lines.set(name, line);
  return line;
}

function endpointOf(
  transport: DeviceTransportConfig,
  kind: TransportDefinition,
  driver: DriverDefinition,
): HostEndpoint | SerialEndpoint {
  if ('path' in transport) {
    const { path, baudRate, parity, stopBits } = transport;
    return { path, baudRate, parity, stopBits };
  }
  return { host: transport.host, port: transport.port ?? kind.defaultPort ?? driver.defaultPort };
}

/** A request, and an answer without its registers: unit, function, address or byte count, count, checksum. */
const requestBytes = 8;
const answerBytes = 5;
const registerBytes = 2;
/** What a device usually takes to think of its answer. */
const turnaroundMs = 20;

/** The driver with what a serial line adds to each request; others know of no line. */
function onItsLine(driver: DriverDefinition, { transport }: DeviceConfig): DriverDefinition {
  const isSerial = 'path' in transport || transport.kind === 'rtu-over-tcp';
  if (!isSerial) return driver;
  const line = 'path' in transport ? transport : (driver.serialLine ?? usualSerialSettings);
  const { limits } = driver;
  const perRegisterMs = wireTimeMs(registerBytes, line);
  const frameMs = wireTimeMs(requestBytes + answerBytes, line) + 2 * frameSilenceMs(line);
  const longestMs = frameMs + perRegisterMs * limits.registersMax;
  return {
    ...driver,
    limits: {
      ...limits,
      perRegisterMs,
      perRequestMs: limits.requestGapMs + frameMs + turnaroundMs,
      responseMsMax: Math.ceil(limits.responseMsMax + longestMs),
      requestTimeoutMs: Math.ceil(limits.requestTimeoutMs + longestMs),
    },
  };
}

function linkOf(
  config: DeviceConfig,
  driver: DriverDefinition,
  { line, leave, ports }: { line: SharedLine; leave: () => void; ports: LinkPorts },
): FleetLink {
  const { limits } = driver;
  const { clock, logger, learned } = ports;
  const unit = config.unit ?? driver.defaultUnit;
  const times = { requestTimeoutMs: limits.requestTimeoutMs, connectDelayMs: limits.connectDelayMs };
  const transport = timeLimited(line.transport, times, ports);
  let isNew = false;
  const onPlanChanged = (): void => {
    isNew = true;
  };
  const poller = createDevicePoller(driver, transport, unit, {
    clock,
    logger: logger.child({ device: config.id }),
    learned,
    onPlanChanged,
    ...(config.wordOrder !== undefined && { wordOrder: config.wordOrder }),
  });
  return {
    driver: { id: driver.id, title: driver.title },
    address: `${line.address}/${unit}`,
    lane: line.name,
    poller: fleetPoller(poller),
    registers: {
      readRegisters: async (range, signal) => await transport.readRegisters(unit, range, signal),
      writeRegisters: async (write, signal) => await transport.writeRegisters(unit, write, signal),
    },
    controls: () => ({ controls: poller.map.controls ?? [], wordOrder: poller.map.wordOrder }),
    readValues: async (read) => await readValues(driver, poller.map, read),
    planned: () => ({
      ...limits,
      id: config.id,
      periodMs: config.periodMs,
      requestCount: poller.requestCountWanted,
      identifyCount: identityRequestsOf(driver),
      measuredPollMs: poller.measuredPollMs(),
    }),
    allowRequests: (count) => poller.allowRequests(count),
    isLearning: () => !poller.isSettled,
    hasNewPlan: () => {
      const wasNew = isNew;
      isNew = false;
      return wasNew;
    },
    connects: () => line.transport.counters().connects,
    limitRequests: (timeoutMs) => {
      times.requestTimeoutMs = timeoutMs;
    },
    close: leave,
  };
}

function fleetPoller(poller: DevicePoller): FleetPoller {
  return {
    get quantities() {
      return poller.quantities;
    },
    poll: async (signal) => await poller.poll(signal),
    probe: async (signal) => await poller.probe(signal),
    identify: async (signal) => await poller.identify(signal),
    readSerialNumber: async (signal) => await poller.readSerialNumber(signal),
    describePlan: () => {
      const { requests, holes, comparisons, cost, unsupported, cycleRequests, cycleMs } =
        poller.describePlan();
      return {
        cycleRequests,
        cycleMs,
        requests: [...requests],
        comparisons: [...comparisons],
        cost,
        holes: holes.map(({ table, address, count }) => ({ table, first: address, count })),
        unsupported: [...unsupported],
      };
    },
    counterRules: (quantity) => {
      const field = poller.map.fields.find(({ name }) => name === quantity);
      return field === undefined ? undefined : counterRulesOf(field);
    },
  };
}
