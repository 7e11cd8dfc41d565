import { createDispatcher } from '../../gateway/faces/commands/dispatcher.ts';
import { createRestServer, type RestServer } from '../../gateway/faces/rest/rest-server.ts';
import { createAccess, type Access } from '../../gateway/features/access/access.ts';
import { bindTlsCommands } from '../../gateway/features/access/tls-commands.ts';
import type { ClientKeyRegister } from '../../gateway/features/access/client-key-register.ts';
import type { Pairing } from '../../gateway/features/access/pairing.ts';
import type { TokenRegister } from '../../gateway/features/access/token-register.ts';
import type { BoundCommand, Scope } from '../../gateway/features/command.ts';
import type { DeviceDetail, DeviceSummary } from '../../gateway/features/harvest/device-commands.ts';
import { bindControlCommands } from '../../gateway/features/control/control-commands.ts';
import { HistoryIntake } from '../../gateway/features/imports/history-intake.ts';
import { bindImportCommands } from '../../gateway/features/imports/import-commands.ts';
import { bindTsmCommands } from '../../gateway/features/imports/tsm-commands.ts';
import { TsmIntake } from '../../gateway/features/imports/tsm-intake.ts';
import { bindEnergyCommands } from '../../gateway/features/energy/energy-commands.ts';
import { createIdentity } from '../../gateway/features/identity/create-identity.ts';
import { bindIdentityCommands } from '../../gateway/features/identity/identity-commands.ts';
import { bindHarvestCommands } from '../../gateway/features/harvest/harvest-commands.ts';
import { createSeriesDirectory } from '../../gateway/features/harvest/series-directory.ts';
import { bindConfigCommands } from '../../gateway/features/lifecycle/config-commands.ts';
import { bindEngineCommands } from '../../gateway/features/lifecycle/engine-commands.ts';
import {
  bindGatewayCommands,
  type GatewayState,
  type HealthStatus,
} from '../../gateway/features/lifecycle/gateway-commands.ts';
import { bindClockCommands } from '../../gateway/features/timekeeping/clock-commands.ts';
import { Timekeeper } from '../../gateway/features/timekeeping/timekeeper.ts';
import { createSimulatedSigner } from '../../sim/simulated-signer.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { bindRecordCommands } from '../../gateway/features/lifecycle/record-commands.ts';
import { bindCheckCommands } from '../../gateway/features/storage-care/check-commands.ts';
import { bindStorageCommands } from '../../gateway/features/storage-care/storage-commands.ts';
import { bindUpkeepCommands } from '../../gateway/features/storage-care/upkeep-commands.ts';
import { createLiveFeed, type LiveFeed, type LiveValue } from '../../gateway/core/live-feed.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import { silentLogger, type Logger } from '../../gateway/core/logger.ts';
import type { TlsIdentity } from '../../gateway/core/tls-identity.ts';
import type { SaidText } from '../../gateway/core/said-text.ts';
import { MemoryStore } from './memory-store.ts';
import { stubUpkeep } from './stub-upkeep.ts';
import { bindDiscordCommands } from '../../gateway/features/discord/discord-commands.ts';
import { ManualTime } from './manual-time.ts';
import { stubAlertCommands } from './stub-alerts.ts';
import { stubBoilerCommands } from './stub-boiler.ts';
import { stubCloudCommands } from './stub-cloud.ts';
import { stubDeviceCommands } from './stub-device.ts';
import { stubGridCommands } from './stub-grid.ts';
import { stubJobCommands } from './stub-jobs.ts';
import { stubHostCommands } from './stub-host.ts';
import { stubMemberCommands } from './stub-members.ts';
import { stubServerCommands } from './stub-server.ts';
import { stubWirelessCommands } from './stub-wireless.ts';
import { bindPublishCommands } from '../../gateway/features/publish/publish-commands.ts';
import { stubMetricsCommands } from './stub-metrics.ts';
import { stubPublishing } from './stub-sinks.ts';
import { stubUplinks } from './stub-uplinks.ts';
import { bindTelemetryCommands } from '../../gateway/features/telemetry/telemetry-commands.ts';
import { bindUplinkCommands } from '../../gateway/features/telemetry/uplink-commands.ts';
import { stubProvisioningCommands } from './stub-provisioning.ts';
import { stubSourceCommands } from './stub-sources.ts';
import { stubCheck } from './stub-check.ts';
import { stubWriteFacts } from './write-facts.ts';

/** Real commands, dispatcher and server, over ports that live in memory. */
export interface StubGateway {
  readonly time: ManualTime;
  readonly store: MemoryStore;
  readonly tokens: TokenRegister;
  readonly keys: ClientKeyRegister;
  readonly access: Access;
  readonly pairing: Pairing;
  readonly clockState: { isTrusted: boolean };
  readonly load: { isTooMuch: boolean };
  readonly feed: LiveFeed;
  readonly commands: readonly BoundCommand[];
  readonly rest: RestServer;
  readonly logged: string[];
  status: HealthStatus;
  /** A new token's secret. */
  token(scopes: readonly Scope[], lifeMs?: number): Promise<string>;
}

const device: DeviceSummary = {
  id: 'inverter',
  name: 'Inverter',
  driver: 'sungrow-hybrid',
  address: '192.168.1.20:502/1',
  lane: 'tcp:192.168.1.20:502',
  state: 'up',
  stateSinceMs: 1_767_225_000_000,
  periodMs: 10_000,
  effectivePeriodMs: 10_000,
  ageMs: 5_000,
  ageBoundMs: 10_450,
  answers: 60,
  failures: 0,
  lastError: null,
};

const detail: DeviceDetail = {
  ...device,
  driverTitle: 'Sungrow SH',
  serialNumber: 'A\u001b[31m1',
  model: '',
  firmware: '',
  lastErrorText: null,
  quantities: [{ quantity: 'grid_power_w', unit: 'W', title: 'Grid power, import +, export −' }],
  problems: [],
};

export const liveText: SaidText = {
  device: 'heating/zone-1',
  quantity: 'name',
  text: 'Entrée',
  atMs: 1_767_225_599_000,
};

export const liveValue: LiveValue = {
  device: 'inverter',
  quantity: 'grid_power_w',
  atMs: 1_767_225_599_000,
  value: -1200,
  quality: 'good',
  stored: false,
};

export const stubGatewayId = 'abcdefgh234567ab';

/** `extra` commands take the place of the usual ones of the same id; `onRun` hears of each that is run. */
export async function createStubGateway(
  extra: readonly BoundCommand[] = [],
  onRun: (id: string) => void = () => undefined,
  tls?: TlsIdentity,
  servesAncestorPaths = true,
): Promise<StubGateway> {
  const time = new ManualTime();
  const store = new MemoryStore();
  const clockState = { isTrusted: true };
  const load = { isTooMuch: false };
  const access = createAccess({
    store,
    clock: time,
    alarm: time,
    logger: silentLogger,
    gatewayId: stubGatewayId,
    isClockTrusted: () => clockState.isTrusted,
  });
  await access.load();
  const { tokens, pairing } = access;
  const feed = createLiveFeed();
  const logged: string[] = [];
  const logger: Logger = { ...silentLogger, error: (_facts, message) => void logged.push(message) };
  const health: { status: HealthStatus } = { status: 'ok' };
  const usual = stubCommands({ time, store, access, health });
  const others = usual.filter(({ definition }) => extra.every((own) => own.definition.id !== definition.id));
  const commands = [...others, ...extra].map((command) => watched(command, onRun));
  const rest = await createRestServer({
    dispatcher: createDispatcher(commands, { audit: store, clock: time, logger, checkOutput: true }),
    commands: commands.map((command) => command.definition),
    feed,
    liveSnapshot: () => [
      { type: 'readings', values: [liveValue] },
      { type: 'texts', values: [liveText] },
    ],
    staticAssets: new Map([['/', { contentType: 'text/html; charset=utf-8', body: '<!doctype html>' }]]),
    clock: time,
    alarm: time,
    logger,
    audit: store,
    security: access.security,
    credentials: access.credentials,
    isOverloaded: () => load.isTooMuch,
    ...(tls && { tls: { identity: () => tls, isOnly: false } }),
    version: '1.2.3',
    servesAncestorPaths,
    hostNames: ['home.local'],
  });
  return {
    time,
    store,
    tokens,
    keys: access.keys,
    access,
    pairing,
    clockState,
    load,
    feed,
    commands,
    rest,
    logged,
    get status() {
      return health.status;
    },
    set status(status) {
      health.status = status;
    },
    token: async (scopes, lifeMs = 3_600_000) =>
      (await tokens.create({ label: 'test', scopes, lifeMs })).secret,
  };
}

function watched({ definition, run }: BoundCommand, onRun: (id: string) => void): BoundCommand {
  return {
    definition,
    run: async (input, call) => {
      onRun(definition.id);
      return await run(input, call);
    },
  };
}

interface StubParts {
  readonly time: ManualTime;
  readonly store: MemoryStore;
  readonly access: Access;
  readonly health: { readonly status: HealthStatus };
}

function stubCommands({ time, store, access, health }: StubParts): readonly BoundCommand[] {
  const state = (): GatewayState => ({
    life: 'running',
    link: 'none',
    health: health.status === 'ok' ? 'normal' : 'degraded',
    status: health.status,
    startedMs: 1_767_222_000_000,
    uptimeMs: 3_600_000,
    lines:
      health.status === 'ok'
        ? []
        : [{ subject: 'lane:x', status: health.status, message: 'too slow', hint: null, sinceMs: 1 }],
  });
  return [
    ...bindGatewayCommands({
      gateway: {
        id: () => stubGatewayId,
        siteName: () => 'Home',
        version: () => ({ name: 'egw', version: '1.2.3', node: 'v24', platform: 'linux-x64' }),
        state,
      },
      isPaired: () => access.hasOwner(),
      deviceLines: () => [device],
      store,
    }),
    ...bindEnergyCommands({ clock: time, store, zone: 'Europe/Paris' }),
    ...stubGridCommands(time),
    ...stubBoilerCommands(time),
    ...stubJobCommands(time, createLiveFeed()),
    ...stubAlertCommands(time),
    ...stubServerCommands(time),
    ...stubMemberCommands(time),
    ...stubWirelessCommands(time),
    ...bindDiscordCommands({
      status: () => ({
        ...{
          state: 'ready',
          sinceMs: 1_767_222_000_000,
          name: 'tempo\u001b[31m',
          guild: '114000000000000000',
        },
        ...{ isRegistered: true, message: null, hint: null, answered: 3, refused: 1, failed: 0 },
      }),
    }),
    ...bindHarvestCommands({
      clock: time,
      store,
      series: createSeriesDirectory(store),
      latest: () => [liveValue],
      fleet: { add: () => Promise.resolve(), remove: () => undefined, accept: () => undefined },
      devices: {
        list: () => [device],
        show: (id) => (id === device.id ? detail : undefined),
        plan: (id) =>
          id === device.id
            ? {
                device: id,
                cycleRequests: 1,
                cycleMs: 22,
                requests: [
                  {
                    table: 'input',
                    first: 5000,
                    count: 20,
                    used: 18,
                    expectedMs: 22,
                    isOnTrial: false,
                    fields: ['grid_power_w'],
                  },
                ],
                comparisons: [
                  { way: 'one_per_value', requests: 18, cycleMs: 370, savedMs: 348, savedPct: 94.05 },
                ],
                cost: { perRequestMs: 20, perRegisterMs: 0.1, samples: 41 },
                holes: [{ table: 'input', first: 5021, count: 11 }],
                unsupported: ['pv_string3_voltage_v'],
                busyMs: 120,
                laneShare: 0.012,
              }
            : undefined,
      },
    }),
    ...stubDeviceCommands(time, store),
    ...stubSourceCommands(store),
    ...bindImportCommands({
      intake: new HistoryIntake({
        clock: new Timekeeper(new SimulatedClock(time.wall())),
        store,
        rawMsMax: 1,
      }),
    }),
    ...bindTsmCommands({
      intake: new TsmIntake({
        clock: new Timekeeper(new SimulatedClock(time.wall())),
        store,
        hearColours: () => Promise.resolve(),
        putPrices: () => Promise.resolve(),
        news: () => undefined,
      }),
    }),
    ...bindPublishCommands({ publishing: stubPublishing }),
    ...bindUplinkCommands({ uplinks: stubUplinks }),
    ...bindTelemetryCommands({ store, identity: { gatewayId: 'a234567a234567bc', algorithm: 'Ed25519' } }),
    ...stubMetricsCommands(time, liveValue),
    ...bindControlCommands({
      control: {
        set: ({ value }) => Promise.resolve({ value, leaseLeftMs: 60_000 }),
        release: () => Promise.resolve(true),
        modeOf: () => 'control',
        setMode: () => Promise.resolve([]),
        describe: (id) => ({ device: id, mode: 'control', deviceState: 'up', controls: [] }),
      },
    }),
    ...bindEngineCommands({ engine: { tasks: () => [], lanes: () => [] } }),
    ...bindIdentityCommands({
      identity: createIdentity(createSimulatedSigner(), time),
      clock: time,
      siteName: 'Home',
      store,
    }),
    ...bindConfigCommands({
      config: {
        show: () => ({ site: { name: 'Home' } }),
        explain: () => ({ values: [{ path: 'http.port', value: '8080', source: 'default' }], warnings: [] }),
        schema: () => ({ type: 'object' }),
        settings: () => ({ 'site.name': 'Home' }),
        set: (_setting, value) => Promise.resolve(value),
        unset: (setting) => setting === 'site.name',
      },
    }),
    ...bindStorageCommands({
      store,
      writeFacts: stubWriteFacts,
      pendingReadings: () => 400,
      check: stubCheck,
      upkeep: stubUpkeep,
    }),
    ...bindCheckCommands({ check: stubCheck }),
    ...bindUpkeepCommands({ clock: time, upkeep: stubUpkeep }),
    ...bindClockCommands({ time: new Timekeeper(new SimulatedClock(time.wall())) }),
    ...stubHostCommands(time),
    ...bindRecordCommands({ store }),
    ...stubProvisioningCommands(time, access, stubGatewayId),
    ...access.commands,
    ...bindTlsCommands({ encryption: () => null }),
    ...stubCloudCommands(stubGatewayId),
  ];
}

/** What the store says when it does not work. */
export function storeFailure(): GatewayError {
  return new GatewayError('storage_failed', 'the disk does not answer');
}
