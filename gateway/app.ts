import type { AddedDevices } from './config/added-devices.ts';
import type { Config } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import { createLiveFeed, type LiveFeed } from './core/live-feed.ts';
import type { MachineClock } from './core/machine-clock.ts';
import type { LocalNetwork } from './core/local-network.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { Random } from './core/random.ts';
import type { SerialLines } from './core/serial-lines.ts';
import type { ServiceDiscovery } from './core/service-discovery.ts';
import type { Signer } from './core/signer.ts';
import type { StorageMedium } from './core/storage-medium.ts';
import type { TlsKeeper } from './core/tls-identity.ts';
import { Scheduler, type TaskEvent } from './engine/scheduler.ts';
import type { TaskDefinition } from './engine/task.ts';
import { createDispatcher, type Dispatcher } from './faces/commands/dispatcher.ts';
import { createSchemaChecks } from './faces/commands/schema-check.ts';
import { createRateLimits } from './faces/rest/rate-limits.ts';
import type { ListenAddress } from './faces/rest/listen-tcp.ts';
import type { RestRequest, RestResponse } from './faces/rest/rest-server.ts';
import type { StaticAsset } from './faces/rest/route.ts';
import type { Control } from './features/control/control.ts';
import { type QuarantinedDevice, type ReadDevice } from './features/harvest/device-directory.ts';
import { type ConfigPort } from './features/lifecycle/config-commands.ts';
import { type GatewayVersion } from './features/lifecycle/gateway-commands.ts';
import type { HealthNote, HealthSource } from './features/lifecycle/health-board.ts';
import { Lifecycle } from './features/lifecycle/lifecycle.ts';
import type { RestPaths } from './features/rest-paths.ts';
import { Timekeeper } from './features/timekeeping/timekeeper.ts';
import { createAccessKeeping, type AccessKeeping } from './access-keeping.ts';
import type { AlertsKeeping, NotifierOutside } from './alerts-keeping.ts';
import type { SwitchOutside } from './configured-switch.ts';
import { createModbusProxy, type ModbusProxy } from './device-asking.ts';
import { bindCommands } from './bind-commands.ts';
import { createCloudKeeping, type CloudKeeping } from './cloud-keeping.ts';
import { createControlKeeping } from './control-keeping.ts';
import { createDeviceFinding, type DeviceFinding } from './device-finding.ts';
import type { DiscordKeeping } from './discord-keeping.ts';
import type { BoilerKeeping } from './boiler-keeping.ts';
import { createFaceKeeping, type FaceKeeping } from './face-keeping.ts';
import { createGridKeeping, type GridKeeping } from './grid-keeping.ts';
import { createHostKeeping, type HostKeeping, type HostOutside } from './host-keeping.ts';
import { createHarvest, type Harvest } from './harvesting.ts';
import { createIdentityKeeping, type IdentityKeeping } from './identity-keeping.ts';
import { createJobsKeeping, type JobOutside, type JobsKeeping } from './jobs-keeping.ts';
import type { MembersKeeping } from './members-keeping.ts';
import { createPeopleKeeping } from './people-keeping.ts';
import {
  createProvisioningKeeping,
  type FirstWayIn,
  type ProvisioningKeeping,
  type ProvisioningOutside,
} from './provisioning-keeping.ts';
import type { ServerKeeping } from './server-keeping.ts';
import { createSinkKeeping, type SinkKeeping, type SinkOutside } from './sink-keeping.ts';
import { createSourceKeeping, type SourceKeeping, type SourceOutside } from './source-keeping.ts';
import { createStorageKeeping, type StorageKeeping } from './storage-keeping.ts';
import { stateFacts } from './state-facts.ts';
import { stopGateway } from './stop-gateway.ts';
import type { Database } from './storage/store-calls.ts';
import { createTelemetryKeeping, type TelemetryKeeping, type UplinkOutside } from './telemetry-keeping.ts';

/** Everything that the gateway needs from the outside; the simulation gives its own. */
export interface GatewayParts
  extends
    SourceOutside,
    SinkOutside,
    UplinkOutside,
    HostOutside,
    JobOutside,
    NotifierOutside,
    SwitchOutside,
    ProvisioningOutside {
  readonly config: Config;
  readonly configPort: ConfigPort;
  readonly quarantined: readonly QuarantinedDevice[];
  /** Keeps the devices that are added from a face. */
  readonly addedDevices: AddedDevices;
  /** What the loading of the configuration has to say: shown as health lines. */
  readonly notes: readonly HealthNote[];
  readonly clock: MachineClock;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly network: Network;
  readonly lan: LocalNetwork;
  readonly services: ServiceDiscovery;
  readonly serial: SerialLines;
  readonly logger: Logger;
  /** The gateway's key. Closed by it when it stops, as the database is. */
  readonly signer: Signer;
  readonly database: Database;
  readonly medium?: StorageMedium;
  /** Random, new at each start. */
  readonly bootId: string;
  readonly version: GatewayVersion;
  readonly staticAssets: ReadonlyMap<string, StaticAsset>;
  readonly hostNames: readonly string[];
  /** What the encrypted page and API show; absent where nothing is encrypted. */
  readonly tls?: TlsKeeper;
  /** Whether answers come late now. */
  readonly isOverloaded?: () => boolean;
  readonly trace?: (event: TaskEvent) => void;
}

export interface Gateway {
  /** Reads and stores from here on. The pairing code, when there is no token yet. */
  start(): Promise<FirstWayIn>;
  /** The page and the API. Errors: `port_in_use`, `config_invalid`. */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** The same, encrypted; only where there is a certificate. Errors: as above. */
  listenSecure(address: ListenAddress): Promise<ListenAddress>;
  /** The owner's socket. Errors: `data_dir_in_use`, `data_dir_unusable`. */
  listenLocal(path: string): Promise<void>;
  /** That of the Bluetooth service. Where it cannot be, a health line says so. */
  listenNearby(): Promise<void>;
  /** Of the certificate, where nobody else vouches for it. */
  fingerprintToCheck(): string | undefined;
  /** A request without a socket. */
  inject(request: RestRequest): Promise<RestResponse>;
  /** Ends what runs, commits what was read and closes the database. Never throws; answers what was lost. */
  stop(): Promise<{ readonly readingsLost: number }>;
  readonly feed: LiveFeed;
  readonly scheduler: Scheduler;
  readonly lifecycle: Lifecycle;
  devices(): readonly ReadDevice[];
}

/** The parts, and a clock to rely on. */
type KeptParts = GatewayParts & { readonly clock: Timekeeper };

/** The only place where the parts of the gateway are put together. Nothing runs until `start`. */
export async function createGateway(given: GatewayParts): Promise<Gateway> {
  const parts: KeptParts = { ...given, clock: new Timekeeper(given.clock) };
  const { clock, alarm, random, logger, database, config, trace } = parts;
  const feed = createLiveFeed();
  const scheduler = new Scheduler({ clock, alarm, random, logger, ...(trace && { trace }) });
  const harvest = createHarvest(parts, scheduler, feed);
  const finding = createDeviceFinding(parts, harvest.fleet, scheduler);
  const storage = createStorageKeeping(parts, harvest);
  const identity = createIdentityKeeping(parts);
  const access = createAccessKeeping(parts, identity.identity);
  const cloudBeside = { identity, access, harvest, telemetry: () => telemetry };
  const asked = { commands: () => dispatcher, restPaths: () => face.restPaths };
  const cloud = assembleCloud(parts, cloudBeside, asked);
  const provisioning = createProvisioningKeeping(parts, {
    ...{ identity: identity.identity, access },
    listening: () => face.listening(),
    owned: () => telemetry.owned(),
  });
  const { sources, grid } = assembleSources(parts, { scheduler, feed, harvest });
  const sinks = createSinkKeeping(parts, {
    ...{ scheduler, identity: identity.identity },
    isSource: (id) => sources.isSource(id),
    showDevice: (id) => harvest.directory.show(id),
  });
  const host = createHostKeeping(parts);
  const jobs = createJobsKeeping(parts, { scheduler, feed, signals: grid.signals });
  const { alerts, boiler, discord, members, server } = createPeopleKeeping(parts, {
    ...{ scheduler, harvest, grid, sources, storage, feed, identity, dispatcher: () => dispatcher },
    lines: () => lifecycle.state().lines,
  });
  const watched = [grid, jobs, boiler, discord, members, server, provisioning];
  const lifecycle = assembleLifecycle(parts, { scheduler, feed, host }, [
    () => parts.notes,
    identity.health,
    access.health,
    cloud.health,
    () => telemetry.health(),
    () => face.health(),
    ...[harvest, sources, sinks, alerts, ...watched].map(({ health }) => health),
    () => finding.notes(),
    () => control.notes(),
    ...storage.health,
  ]);
  const control = createControlKeeping(parts, { scheduler, harvest, feed });
  const apart = {
    ...{ harvest, sources, sinks, finding, storage, host },
    ...{ identity, access, cloud, grid, jobs, alerts, boiler, discord, members, server, provisioning },
  };
  const telemetry = assembleTelemetry(parts, { ...apart, scheduler, lifecycle });
  const assembled = { ...apart, telemetry, scheduler, lifecycle, control };
  const commands = bindCommands(parts, { ...assembled, encryption: () => face.encryption() });
  const dispatcher = createDispatcher(commands, { audit: database, clock, logger });
  const proxy = createModbusProxy({ ...parts, fleet: harvest.fleet }, config.features);
  const face = await createFaceKeeping(parts, { ...assembled, feed, commands, dispatcher });
  const tasks = [
    ...[storage, control, sinks, cloud, telemetry, face, ...watched].flatMap((keeper) => [...keeper.tasks]),
    ...[...alerts.tasks(), finding.task, lifecycle.watch()],
  ];
  return {
    start: async () => await startGateway(parts, { ...assembled, tasks, proxy }),
    ...waysIn(parts, face),
    stop: async () =>
      await stopGateway({ ...assembled, proxy, rest: face, database, signer: parts.signer, logger }),
    feed,
    scheduler,
    lifecycle,
    devices: () => harvest.fleet.devices(),
  };
}

/** Everything by which somebody comes in. */
function waysIn(
  { tls }: GatewayParts,
  face: FaceKeeping,
): Pick<
  Gateway,
  'fingerprintToCheck' | 'inject' | 'listen' | 'listenLocal' | 'listenNearby' | 'listenSecure'
> {
  return {
    listen: async (address) => await face.listen(address),
    listenSecure: async (address) => await face.listenSecure(address),
    listenLocal: async (path) => await face.listenLocal(path),
    listenNearby: async () => await face.listenNearby(),
    fingerprintToCheck: () => (tls?.current.isSelfMade ? tls.current.fingerprint : undefined),
    inject: async (request) => await face.inject(request),
  };
}

interface Startable extends Assembled {
  readonly tasks: readonly TaskDefinition[];
  readonly proxy: ModbusProxy | undefined;
}

async function startGateway(
  { config }: KeptParts,
  { storage, identity, access, cloud, telemetry, lifecycle, harvest, finding, control, ...others }: Startable,
): Promise<FirstWayIn> {
  const { sources, scheduler, tasks, proxy, jobs, alerts, grid, members, provisioning } = others;
  await storage.restore();
  await grid.start();
  await members.start();
  await alerts.start();
  await access.load();
  await identity.start(access.security);
  await cloud.start();
  telemetry.start();
  lifecycle.live('booted');
  for (const device of config.devices) await harvest.fleet.add(await finding.followed(device));
  await control.start();
  harvest.fleet.start();
  await sources.start();
  for (const task of tasks) scheduler.submit(task);
  jobs.start();
  scheduler.start();
  await proxy?.listen();
  if (access.hasOwner()) telemetry.owned();
  return await provisioning.start();
}

/** What is heard of the grid comes from sources. */
function assembleSources(
  parts: KeptParts,
  { scheduler, feed, harvest }: { scheduler: Scheduler; feed: LiveFeed; harvest: Harvest },
): { readonly sources: SourceKeeping; readonly grid: GridKeeping } {
  const sources: SourceKeeping = createSourceKeeping(parts, {
    ...{ ...harvest, scheduler, feed },
    heard: (hours) => grid.heard(hours),
    heardTempo: (days) => grid.heardTempo(days),
  });
  const grid: GridKeeping = createGridKeeping(parts, {
    ...{ scheduler, feed },
    sources: () => sources.gridSources(),
    wantTempoSeasons: (firstDays) => sources.wantTempoSeasons(firstDays),
  });
  return { sources, grid };
}

function assembleTelemetry(
  parts: KeptParts,
  assembled: Omit<Assembled, 'control' | 'telemetry'>,
): TelemetryKeeping {
  const { scheduler, cloud, identity, access, lifecycle } = assembled;
  return createTelemetryKeeping(parts, {
    ...{ scheduler, cloud, checkOf: createSchemaChecks() },
    identity: identity.identity,
    security: access.security,
    link: (input) => lifecycle.link(input),
    facts: () => stateFacts(parts, assembled),
  });
}

function assembleCloud(
  parts: KeptParts,
  {
    identity,
    access,
    harvest,
    telemetry,
  }: Pick<Assembled, 'identity' | 'access' | 'harvest'> & { telemetry: () => TelemetryKeeping },
  asked: { commands: () => Dispatcher; restPaths: () => RestPaths },
): CloudKeeping {
  return createCloudKeeping(parts, {
    identity: identity.identity,
    security: access.security,
    rates: createRateLimits(parts.clock, access.door.rates),
    checkOf: createSchemaChecks(),
    fleet: harvest.fleet,
    ...asked,
    send: (message) => telemetry().send(message),
  });
}

function assembleLifecycle(
  { clock, logger }: GatewayParts,
  { scheduler, feed, host }: { scheduler: Scheduler; feed: LiveFeed; host: HostKeeping },
  health: readonly HealthSource[],
): Lifecycle {
  const ports = {
    clock,
    logger,
    feed,
    livenessBreaches: () => scheduler.livenessBreaches(),
    notice: (lines: Parameters<HostKeeping['notice']>[0]) => host.notice(lines),
    setPolicy: (policy: Parameters<Scheduler['setPolicy']>[0]) => scheduler.setPolicy(policy),
  };
  return new Lifecycle(ports, health);
}

/** The parts of a gateway, put together. */
export interface Assembled {
  readonly scheduler: Scheduler;
  readonly identity: IdentityKeeping;
  readonly harvest: Harvest;
  readonly sources: SourceKeeping;
  readonly sinks: SinkKeeping;
  readonly finding: DeviceFinding;
  readonly storage: StorageKeeping;
  readonly host: HostKeeping;
  readonly lifecycle: Lifecycle;
  readonly control: Control;
  readonly access: AccessKeeping;
  readonly cloud: CloudKeeping;
  readonly telemetry: TelemetryKeeping;
  readonly grid: GridKeeping;
  readonly jobs: JobsKeeping;
  readonly alerts: AlertsKeeping;
  readonly boiler: BoilerKeeping;
  readonly discord: DiscordKeeping;
  readonly members: MembersKeeping;
  readonly server: ServerKeeping;
  readonly provisioning: ProvisioningKeeping;
}
