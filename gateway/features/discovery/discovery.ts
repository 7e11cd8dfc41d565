import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { LocalNetwork } from '../../core/local-network.ts';
import type { ServiceDiscovery } from '../../core/service-discovery.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import { waitFor } from '../../engine/time-limit.ts';
import { AskedTask } from './asked-task.ts';
import type { ConfiguredDevice } from './configured-device.ts';
import type { DeviceProber, ProbeTarget } from './device-prober.ts';
import type { DiscoveryPort, FoundDevice, IdentifyRequest, ScanAnswer } from './discovery-commands.ts';
import { knownDevice, probedDevice, unknownDevice } from './found-device.ts';
import { KnownPlaces } from './known-places.ts';
import { sweepPorts, type Place, type SweepPorts } from './port-sweep.ts';
import { planScan, type ScanPlan, type ScanRequest } from './scan-plan.ts';
import { browseNames } from './service-names.ts';
import { parseAddress } from './subnet.ts';

export interface DiscoveryPorts extends SweepPorts {
  readonly lan: LocalNetwork;
  readonly services: ServiceDiscovery;
  readonly prober: DeviceProber;
  readonly devices: () => readonly ConfiguredDevice[];
  readonly submit: (task: TaskDefinition) => void;
}

/** After this no other place is asked what it is. */
const scanMsMax = 90_000;
const deadlineMs = 140_000;
/** A device with one client only needs a moment to see that the last one has gone. */
const settleMs = 500;

/** Looks for devices when a person asks. */
export class Discovery implements DiscoveryPort {
  readonly #ports: DiscoveryPorts;
  readonly #scanTask: AskedTask;
  readonly #identifyTask: AskedTask;
  /** On the monotonic clock. */
  #scannedMs = -Infinity;

  constructor(ports: DiscoveryPorts) {
    this.#ports = ports;
    this.#scanTask = new AskedTask('scan:network', ports.submit);
    this.#identifyTask = new AskedTask('identify:device', ports.submit);
  }

  /** When a person scanned last, on the monotonic clock: who looks for lost devices keeps its distance. */
  get scannedMs(): number {
    return this.#scannedMs;
  }

  async scan(request: ScanRequest, outer: AbortSignal): Promise<ScanAnswer> {
    const { clock, lan } = this.#ports;
    const plan = planScan(request, lan, this.#knownPorts());
    if (plan.addresses.length === 0) {
      throw new GatewayError('not_found', 'this machine is attached to no private IPv4 subnet now', {
        hint: 'connect the gateway to the home network',
      });
    }
    return await this.#scanTask.run(outer, deadlineMs, async (signal) => {
      const startMs = clock.monotonic();
      this.#takeTurn(startMs);
      const found = await this.#look(plan, startMs + scanMsMax, signal);
      return {
        subnets: [...plan.subnets],
        ports: [...plan.ports],
        addresses: plan.addresses.length,
        tookMs: clock.monotonic() - startMs,
        found,
      };
    });
  }

  async identify(request: IdentifyRequest, outer: AbortSignal): Promise<FoundDevice[]> {
    const targets = this.#targetsOf(request);
    return await this.#identifyTask.run(outer, deadlineMs, async (signal) => {
      const devices = this.#ports.devices();
      const known = await this.#knownAt(targets, devices, signal);
      if (known.length > 0) return known;
      return await this.#identifyFirst(targets, signal);
    });
  }

  close(): void {
    this.#scanTask.close();
    this.#identifyTask.close();
  }

  #knownPorts(): ReadonlySet<number> {
    const configured = this.#ports.devices().flatMap(({ place }) => ('port' in place ? [place.port] : []));
    return new Set([...this.#ports.prober.ports, ...configured]);
  }

  #takeTurn(nowMs: number): void {
    const waitMs = this.#scannedMs + limits.scanIntervalMs - nowMs;
    if (waitMs > 0) {
      const retryAfterS = Math.ceil(waitMs / 1_000);
      throw new GatewayError('rate_limited', `the network was scanned a moment ago`, {
        hint: `wait ${retryAfterS} s; egw device identify asks one host at any time`,
        facts: { retryAfterS },
      });
    }
    this.#scannedMs = nowMs;
  }

  /** Configured devices first; then what is open, in the order of the addresses. */
  async #look(plan: ScanPlan, untilMs: number, signal: AbortSignal): Promise<FoundDevice[]> {
    const { lan, devices, clock, alarm } = this.#ports;
    const known = await KnownPlaces.of(devices(), lan, signal);
    const places = plan.addresses.flatMap((host) => plan.ports.map((port) => ({ host, port })));
    const left = new Set(places.flatMap((place) => known.at(place)));
    const unknown = places.filter((place) => known.at(place).length === 0);
    const [open, names] = await Promise.all([
      sweepPorts(unknown, signal, this.#ports),
      this.#namesIn(plan, signal),
    ]);
    if (open.length > 0) await waitFor({ clock, alarm }, settleMs, signal);
    // What says its name is likelier to be a device, and comes first should the time run out.
    const [named = [], others = []] = [true, false].map((isNamed) =>
      open.filter(({ host }) => names.has(host) === isNamed),
    );
    const identified = await this.#identifyAll([...named, ...others], untilMs, signal);
    const found = [
      ...[...left].map((device) => knownDevice(device)),
      ...open.flatMap((place) => identified.get(place) ?? []),
    ];
    return found.map((device) => ({ ...device, name: names.get(device.host ?? '') ?? null }));
  }

  /** Nobody is asked for names when only this machine itself is looked at. */
  async #namesIn({ addresses }: ScanPlan, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const isHere = addresses.every((address) => address.startsWith('127.'));
    return isHere ? new Map() : await browseNames(this.#ports.services, signal);
  }

  /** Several hosts at once; the ports of one host in turn, as they lead to one device. */
  async #identifyAll(
    open: readonly Place[],
    untilMs: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Place, FoundDevice>> {
    const found = new Map<Place, FoundDevice>();
    const hosts = Map.groupBy(open, ({ host }) => host).values();
    const work = async (): Promise<void> => {
      for (const places of hosts) {
        for (const place of places) found.set(place, await this.#identifyOpen(place, untilMs, signal));
      }
    };
    await Promise.all(Array.from({ length: limits.identifiedAtOnceMax }, work));
    return found;
  }

  async #identifyOpen(place: Place, untilMs: number, signal: AbortSignal): Promise<FoundDevice> {
    if (this.#ports.clock.monotonic() >= untilMs) {
      return unknownDevice(place, `the scan took too long to ask it: egw device identify ${place.host}`);
    }
    try {
      return await this.#probe({ endpoint: place }, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (errorCodeOf(error) === undefined) throw error;
      return unknownDevice(place, describeError(error));
    }
  }

  async #probe(target: ProbeTarget, signal: AbortSignal): Promise<FoundDevice> {
    const { prober, devices } = this.#ports;
    const probed = await prober.probe(target, signal);
    if (probed !== undefined) return probedDevice(target, probed, { prober, devices: devices() });
    const note = 'nothing answered Modbus; a Solarman stick needs --logger-serial';
    return unknownDevice(target.endpoint, 'path' in target.endpoint ? 'nothing answered' : note);
  }

  #targetsOf({ host, port, path, baudRate, ...how }: IdentifyRequest): readonly ProbeTarget[] {
    if ((host === undefined) === (path === undefined)) {
      throw new GatewayError('input_invalid', 'give a host or a serial line (path), one of them', {
        hint: 'egw device identify 192.168.1.20, or egw device identify --path /dev/serial/by-id/…',
      });
    }
    if (path !== undefined) {
      const settings =
        baudRate === undefined ? {} : { baudRate, parity: 'none' as const, stopBits: 1 as const };
      return [{ endpoint: { path, ...settings }, ...how }];
    }
    const ports = port === undefined ? this.#ports.prober.ports : [port];
    return ports.map((each) => ({ endpoint: { host: host ?? '', port: each }, ...how }));
  }

  async #knownAt(
    targets: readonly ProbeTarget[],
    devices: readonly ConfiguredDevice[],
    signal: AbortSignal,
  ): Promise<FoundDevice[]> {
    const { lan } = this.#ports;
    const known = await KnownPlaces.of(devices, lan, signal);
    const matches = new Set<ConfiguredDevice>();
    for (const { endpoint } of targets) {
      if ('host' in endpoint) {
        const { host, port } = endpoint;
        const addresses = parseAddress(host) === undefined ? await lan.resolve(host, signal) : [host];
        for (const address of addresses)
          known.at({ host: address, port }).forEach((device) => matches.add(device));
      } else {
        const onLine = devices.filter(({ place }) => 'path' in place && place.path === endpoint.path);
        onLine.forEach((device) => matches.add(device));
      }
    }
    return [...matches].map((device) => knownDevice(device));
  }

  /** The ports of one host, until one is known; of others the first that is open. */
  async #identifyFirst(targets: readonly ProbeTarget[], signal: AbortSignal): Promise<FoundDevice[]> {
    let refusal: unknown;
    const unknown: FoundDevice[] = [];
    for (const target of targets) {
      try {
        const found = await this.#probe(target, signal);
        if (found.driver !== null) return [found];
        unknown.push(found);
      } catch (error) {
        if (signal.aborted || targets.length === 1 || !isClosed(error)) throw error;
        refusal ??= error;
      }
    }
    if (unknown.length === 0) throw refusal;
    return unknown;
  }
}

function isClosed(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === 'connection_refused' || code === 'connection_timeout';
}
