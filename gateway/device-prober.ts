import type { Alarm, Clock } from './core/clock.ts';
import { GatewayError } from './core/errors.ts';
import { limits } from './core/limits.ts';
import type { Network } from './core/network.ts';
import type { SerialLines, SerialSettings } from './core/serial-lines.ts';
import { waitFor } from './engine/time-limit.ts';
import type {
  DeviceProber,
  ProbedDevice,
  ProbedMatch,
  ProbeTarget,
} from './features/discovery/device-prober.ts';
import { createDevicePoller } from './io/drivers/device-poller.ts';
import { driverIds, findDriver } from './io/drivers/index.ts';
import { identifyUnit, type UnitIdentity } from './io/drivers/identify-unit.ts';
import type { DriverDefinition } from './io/drivers/driver.ts';
import { findTransport, transports } from './io/transports/index.ts';
import { timeLimited } from './io/transports/time-limited.ts';
import type {
  HostEndpoint,
  RegisterTransport,
  SerialEndpoint,
  TransportDefinition,
} from './io/transports/transport.ts';

/** How devices of any kind are asked. */
export interface ProbePatience {
  readonly requestTimeoutMs: number;
  readonly connectDelayMs: number;
  readonly requestGapMs: number;
}

export interface ProberPorts {
  readonly network: Network;
  readonly serial: SerialLines;
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** What the most delicate device bears, unless said. */
  readonly patience?: ProbePatience;
}

/** Longer than a device that is awake takes for an answer; and an SDongle is not ready within its first second. */
const usualPatience: ProbePatience = { requestTimeoutMs: 1_500, connectDelayMs: 1_000, requestGapMs: 100 };
const usualUnit = 1;
/** Where nobody answers, one try for each other unit is enough. */
const usualUnitSilences = 2;
const otherUnitSilences = 1;
/** Units that further devices, gateways and loggers use, beside those of the drivers. */
const furtherUnits = [2, 3, 247, 200, 240];

const drivers: readonly DriverDefinition[] = driverIds
  .map(findDriver)
  .filter((driver) => driver !== undefined);
const otherUnits: readonly number[] = [
  ...new Set([...furtherUnits, ...drivers.map(({ defaultUnit }) => defaultUnit)]),
].filter((unit) => unit !== usualUnit);
const serialSettings: readonly SerialSettings[] = distinctSettings();

/** Finds out what stands at a place, over all transports that fit it. */
export function createDeviceProber(ports: ProberPorts): DeviceProber {
  return {
    probe: async (target, signal) => {
      const probe = new Probe(ports, target, signal);
      const ways = waysTo(target);
      if (target.unit !== undefined) return await probe.overAny(ways, [target.unit], []);
      // The usual unit over every transport comes before rare units over the wrong one.
      return (
        (await probe.overAny(ways, [usualUnit], otherUnits)) ?? (await probe.overAny(ways, otherUnits, []))
      );
    },
    ports: [
      ...new Set([
        ...drivers.map(({ defaultPort }) => defaultPort),
        ...transports.flatMap(({ defaultPort }) => defaultPort ?? []),
      ]),
    ],
    defaultPort: (kind, driver) => findTransport(kind)?.defaultPort ?? findDriver(driver)?.defaultPort,
  };
}

interface AskedUnit {
  readonly unit: number;
  readonly identity: UnitIdentity;
}

interface Way {
  readonly kind: TransportDefinition;
  readonly endpoint: HostEndpoint | SerialEndpoint;
}

function waysTo({ endpoint, kind, loggerSerial }: ProbeTarget): readonly Way[] {
  const isHost = 'host' in endpoint;
  const kinds = transports.filter(
    (transport) =>
      (transport.endpoint === 'host') === isHost &&
      (kind === undefined || transport.id === kind) &&
      (!transport.needsLoggerSerial || loggerSerial !== undefined),
  );
  if (kinds.length === 0) {
    throw new GatewayError('input_invalid', `${kind ?? 'no transport'} does not lead there`, {
      hint: `${transports.map(({ id }) => id).join(', ')}; a Solarman logger needs its serial number too`,
    });
  }
  // Whoever names a logger means it.
  const sorted = kinds.toSorted((a, b) => Number(b.needsLoggerSerial) - Number(a.needsLoggerSerial));
  if (isHost) return sorted.map((each) => ({ kind: each, endpoint }));
  const { path } = endpoint;
  const settings = 'baudRate' in endpoint ? [endpoint] : serialSettings;
  return sorted.flatMap((each) =>
    settings.map((line) => ({
      kind: each,
      endpoint: { path, baudRate: line.baudRate, parity: line.parity, stopBits: line.stopBits },
    })),
  );
}

/** All that is asked of one place, however it is reached: its requests and its time are counted together. */
class Probe {
  readonly #ports: ProberPorts;
  readonly #target: ProbeTarget;
  readonly #signal: AbortSignal;
  readonly #untilMs: number;
  #requests = 0;

  constructor(ports: ProberPorts, target: ProbeTarget, signal: AbortSignal) {
    this.#ports = ports;
    this.#target = target;
    this.#signal = signal;
    this.#untilMs = ports.clock.monotonic() + limits.identifyMsMax;
  }

  /** Over the first that answers at all. Where one of the first units does, and is not known, the others are asked. */
  async overAny(
    ways: readonly Way[],
    first: readonly number[],
    others: readonly number[],
  ): Promise<ProbedDevice | undefined> {
    for (const way of ways) {
      const found = await this.#over(way, first, others);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #over(
    { kind, endpoint }: Way,
    first: readonly number[],
    others: readonly number[],
  ): Promise<ProbedDevice | undefined> {
    const wait = async (ms: number, signal: AbortSignal): Promise<void> =>
      await waitFor(this.#ports, ms, signal);
    const { loggerSerial } = this.#target;
    const logger = loggerSerial === undefined ? {} : { loggerSerial };
    const { patience = usualPatience } = this.#ports;
    const opened = kind.create({ endpoint, ...logger, ...patience }, { ...this.#ports, wait });
    try {
      const transport = timeLimited(opened, patience, this.#ports);
      const best = await this.#bestOf(transport, first, others);
      if (best === undefined) return undefined;
      const match = await this.#matchOf(transport, best.unit, best.identity);
      return { kind: kind.id, unit: best.unit, match, ...('path' in endpoint && { line: endpoint }) };
    } finally {
      opened.close();
    }
  }

  /** The first unit that a driver knows; else the first that answers. */
  async #bestOf(
    transport: RegisterTransport,
    first: readonly number[],
    others: readonly number[],
  ): Promise<AskedUnit | undefined> {
    let present: AskedUnit | undefined;
    const left = [...first];
    for (let unit = left.shift(); unit !== undefined && !this.#isSpent; unit = left.shift()) {
      const silences = unit === usualUnit ? usualUnitSilences : otherUnitSilences;
      const identity = await this.#askUnit(transport, unit, silences);
      if (identity.matches.length > 0) return { unit, identity };
      if (!identity.isPresent || present !== undefined) continue;
      present = { unit, identity };
      left.push(...others);
    }
    return present;
  }

  async #askUnit(transport: RegisterTransport, unit: number, silences: number): Promise<UnitIdentity> {
    return await identifyUnit(async (range) => {
      if (this.#signal.aborted) throw this.#signal.reason;
      this.#requests += 1;
      if (this.#isSpent) throw new GatewayError('device_timeout', 'enough was asked');
      return await transport.readRegisters(unit, range, this.#signal);
    }, silences);
  }

  get #isSpent(): boolean {
    return this.#requests > limits.identifyRequestsMax || this.#ports.clock.monotonic() >= this.#untilMs;
  }

  async #matchOf(
    transport: RegisterTransport,
    unit: number,
    { matches }: UnitIdentity,
  ): Promise<ProbedMatch | undefined> {
    const [best, ...others] = matches;
    if (best === undefined) return undefined;
    const { driver, certainty } = best;
    return {
      driver: driver.id,
      title: driver.title,
      certainty,
      alternatives: others.map((other) => other.driver.id),
      ...(await this.#whoIs(transport, unit, driver)),
    };
  }

  /** What kind it is is worth telling even when it does not say who it is. */
  async #whoIs(
    transport: RegisterTransport,
    unit: number,
    driver: DriverDefinition,
  ): Promise<{ readonly serialNumber: string; readonly model: string }> {
    try {
      const poller = createDevicePoller(driver, transport, unit);
      const { serialNumber, model } = await poller.identify(this.#signal);
      return { serialNumber, model };
    } catch (error) {
      if (this.#signal.aborted || !(error instanceof GatewayError)) throw error;
      return { serialNumber: '', model: '' };
    }
  }
}

function distinctSettings(): SerialSettings[] {
  const settings = drivers.flatMap(({ serialLine }) => serialLine ?? []);
  return [...new Map(settings.map((line) => [JSON.stringify(line), line])).values()];
}
