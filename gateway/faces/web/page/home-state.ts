import type { Alert } from './alert-types.ts';
import type {
  Device,
  DeviceDetail,
  GatewayStatus,
  LiveText,
  LiveValue,
  SiteConfig,
  Source,
} from './api-types.ts';
import type { GatewayClock } from './gateway-clock.ts';
import { findHomeSeries, seriesId, type HomeSeries } from './home-series.ts';
import type { Job } from './job-types.ts';
import type { Connection } from './live-stream.ts';
import { ownerOfDevice, ownerOfSource, rootOf, type Owner } from './owner.ts';
import { partName } from './part-name.ts';

/** What changed since the last telling. `time`: nothing but the age of it all. */
export type Change =
  'readings' | 'devices' | 'status' | 'connection' | 'jobs' | 'boiler' | 'tempo' | 'alerts' | 'time';

/**
 * All that the page knows of the home, kept in one place. Listeners hear of changes at most once a frame, and
 * of the passing time every second.
 */
export class HomeState {
  readonly clock: GatewayClock;
  devices: readonly Device[] = [];
  details: ReadonlyMap<string, DeviceDetail> = new Map();
  /** Whether they were asked for: only then none is none. */
  isKnown = { devices: false, sources: false };
  sources: readonly Source[] = [];
  /** Those that wait or run. */
  openJobs: readonly Job[] = [];
  /** Those that are not over. */
  openAlerts: readonly Alert[] = [];
  status: GatewayStatus | undefined;
  config: SiteConfig = {};
  connection: Connection = { state: 'connecting' };
  /** The newest value of each series, by `seriesId`. */
  readonly latest = new Map<string, LiveValue>();
  /** What sources and their parts say in words, by `seriesId`. */
  readonly texts = new Map<string, LiveText>();
  /** Series without a value in all their history: what the device does not have. By `seriesId`. */
  #neverRead: ReadonlySet<string> = new Set();
  /** By `seriesId`. */
  readonly units = new Map<string, string>();
  readonly #listeners = new Set<(changes: ReadonlySet<Change>) => void>();
  readonly #nextFrame: (callback: () => void) => void;
  #changes = new Set<Change>();
  #series: HomeSeries | undefined;
  #owners: readonly Owner[] | undefined;

  constructor(clock: GatewayClock, nextFrame: (callback: () => void) => void) {
    this.clock = clock;
    this.#nextFrame = nextFrame;
  }

  get zone(): string | undefined {
    return this.config.site?.zone;
  }

  get hasBoiler(): boolean {
    return Object.keys(this.config.boiler?.inputs ?? {}).length > 0;
  }

  /** Somebody tells its colours, or there is a server that is metered or switched. */
  get hasTempo(): boolean {
    const { meter, switch: itsSwitch } = this.config.server ?? {};
    return (meter ?? itsSwitch) !== undefined || this.sources.some(({ kind }) => kind === 'tempo');
  }

  get series(): HomeSeries {
    this.#series ??= findHomeSeries({
      owners: this.owners,
      quantities: this.#quantities(),
      gridMeter: this.config.home?.gridMeter,
    });
    return this.#series;
  }

  /** All devices and then all sources. */
  get owners(): readonly Owner[] {
    this.#owners ??= [...this.devices.map(ownerOfDevice), ...this.sources.map(ownerOfSource)];
    return this.#owners;
  }

  /** Who says what a device, a source or a part of one says. */
  ownerOf(device: string): Owner | undefined {
    return this.owners.find(({ id }) => id === rootOf(device));
  }

  /** For people: `Carport`, and of parts `Room thermostats, Kitchen`. */
  nameOf(device: string): string {
    const root = rootOf(device);
    const name = this.ownerOf(device)?.name ?? root;
    return root === device ? name : `${name}, ${this.partNameOf(device)}`;
  }

  /** Of a part by itself: `Kitchen`. */
  partNameOf(device: string): string {
    const said = this.texts.get(seriesId({ device, quantity: 'name' }))?.text;
    return partName(device.slice(rootOf(device).length + 1), said);
  }

  /** Answers whether there is a series among them that was not known before. */
  takeReadings(values: readonly LiveValue[]): boolean {
    let isNew = false;
    for (const value of values) {
      const id = seriesId(value);
      isNew ||= !this.latest.has(id);
      this.latest.set(id, value);
      if (value.value !== null && this.#neverRead.has(id)) this.takeNeverRead(this.#neverRead);
    }
    if (isNew) this.#series = undefined;
    this.tell('readings');
    return isNew;
  }

  takeTexts(texts: readonly LiveText[]): void {
    for (const text of texts) this.texts.set(seriesId(text), text);
    this.tell('readings');
  }

  takeSources(sources: readonly Source[]): void {
    this.sources = sources;
    this.isKnown.sources = true;
    this.#forgetOwners();
    this.tell('devices');
  }

  /** A change of state as it happens; all else of the source follows with the next list. */
  takeSourceState(id: string, state: string, sinceMs: number): void {
    this.takeSources(
      this.sources.map((source) =>
        source.id === id ? { ...source, state: state as Source['state'], sinceMs } : source,
      ),
    );
  }

  takeDevices(devices: readonly Device[], details: ReadonlyMap<string, DeviceDetail> = this.details): void {
    this.devices = devices;
    this.details = details;
    this.#forgetOwners();
    this.tell('devices');
  }

  /** What has a value by now is none of them: it may have come while the history was asked. */
  takeNeverRead(ids: Iterable<string>): void {
    this.#neverRead = new Set([...ids].filter((id) => (this.latest.get(id)?.value ?? null) === null));
    this.#series = undefined;
    this.tell('devices');
  }

  /** A change of state as it happens; all else of the device follows with the next list. */
  takeDeviceState(id: string, state: string, sinceMs: number): void {
    const changed = this.devices.map((device) =>
      device.id === id ? { ...device, state: state as Device['state'], stateSinceMs: sinceMs } : device,
    );
    this.takeDevices(changed);
  }

  takeOpenJobs(jobs: readonly Job[]): void {
    this.openJobs = jobs;
    this.tell('jobs');
  }

  takeOpenAlerts(alerts: readonly Alert[]): void {
    this.openAlerts = alerts;
    this.tell('alerts');
  }

  takeConfig(config: SiteConfig): void {
    this.config = config;
    this.#series = undefined;
    this.tell('devices');
  }

  takeStatus(status: GatewayStatus): void {
    this.status = status;
    this.tell('status');
  }

  takeConnection(connection: Connection): void {
    this.connection = connection;
    this.tell('connection');
  }

  /** Answers how to stop listening. */
  onChange(listener: (changes: ReadonlySet<Change>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: Change): void {
    if (this.#changes.size === 0) this.#nextFrame(() => this.#tellAll());
    this.#changes.add(change);
  }

  #forgetOwners(): void {
    this.#owners = undefined;
    this.#series = undefined;
  }

  #tellAll(): void {
    const changes = this.#changes;
    this.#changes = new Set();
    for (const listener of this.#listeners) listener(changes);
  }

  /** From what was read, and for devices that never answered from what their drivers would read. */
  #quantities(): ReadonlyMap<string, ReadonlySet<string>> {
    const byDevice = new Map<string, Set<string>>();
    const add = (device: string, quantity: string): void => {
      if (this.#neverRead.has(seriesId({ device, quantity }))) return;
      const known = byDevice.get(device);
      if (known === undefined) byDevice.set(device, new Set([quantity]));
      else known.add(quantity);
    };
    for (const { device, quantity } of this.latest.values()) add(device, quantity);
    for (const { id, quantities } of this.details.values()) {
      for (const { quantity } of quantities) add(id, quantity);
    }
    return byDevice;
  }
}
