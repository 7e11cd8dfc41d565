import { createLiveFeed, type LiveEvent, type LiveValue } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import { createRestServer, type RestServer } from '../../../gateway/faces/rest/rest-server.ts';
import { readStaticAssets } from '../../../gateway/faces/web/static-assets.ts';
import { createAccess, type Access } from '../../../gateway/features/access/access.ts';
import type { Pairing } from '../../../gateway/features/access/pairing.ts';
import type { TokenRegister } from '../../../gateway/features/access/token-register.ts';
import type { BoundCommand, Scope } from '../../../gateway/features/command.ts';
import type { DeviceSummary } from '../../../gateway/features/harvest/device-commands.ts';
import { bindPublishCommands } from '../../../gateway/features/publish/publish-commands.ts';
import { bindHarvestCommands } from '../../../gateway/features/harvest/harvest-commands.ts';
import { createSeriesDirectory } from '../../../gateway/features/harvest/series-directory.ts';
import { bindJobCommands } from '../../../gateway/features/jobs/job-commands.ts';
import { bindJobViewCommands } from '../../../gateway/features/jobs/job-view-commands.ts';
import { jobsSettings, type JobsSettings } from '../../../gateway/features/jobs/jobs-section.ts';
import { bindConfigCommands } from '../../../gateway/features/lifecycle/config-commands.ts';
import { bindEngineCommands } from '../../../gateway/features/lifecycle/engine-commands.ts';
import { bindGatewayCommands } from '../../../gateway/features/lifecycle/gateway-commands.ts';
import { bindRecordCommands } from '../../../gateway/features/lifecycle/record-commands.ts';
import { bindStorageCommands } from '../../../gateway/features/storage-care/storage-commands.ts';
import { createRealAlarm } from '../../../gateway/system/real-alarm.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import { homeZone } from './home-day.ts';
import { HomeStore } from './home-store.ts';
import { openSlowLine, slowMs, type SlowLine } from './slow-line.ts';
import { StubAlerts } from './stub-alerts.ts';
import { StubBoiler } from './stub-boiler.ts';
import { StubHome } from './stub-home.ts';
import { StubHomeSources } from './stub-home-sources.ts';
import { StubJobs } from './stub-jobs.ts';
import { StubMembers } from './stub-members.ts';
import { StubProvisioning } from './stub-provisioning.ts';
import { StubServer } from './stub-server.ts';
import { StubSignals } from './stub-signals.ts';
import { StubSinks } from './stub-home-sinks.ts';
import { StubTempo } from './stub-tempo.ts';
import { stubCheck } from '../stub-check.ts';
import { stubUpkeep } from '../stub-upkeep.ts';
import { stubWriteFacts } from '../write-facts.ts';

/** A gateway for the page: real commands, server and stream on a real socket, over a home that is made up. */
export class StubGateway {
  readonly home = new StubHome(realClock.wall());
  readonly #access: Access;
  version = '0.1.0';
  readonly store = new HomeStore(this.home, () => realClock.wall());
  readonly #feed = createLiveFeed();
  sources = new StubHomeSources(this.home, this.store, this.#feed);
  readonly sinks = new StubSinks();
  readonly jobs = new StubJobs(() => realClock.wall(), this.#feed);
  readonly signals = new StubSignals(() => realClock.wall());
  readonly boiler = new StubBoiler(() => realClock.wall(), this.#feed);
  readonly alerts = new StubAlerts(() => realClock.wall(), this.#feed);
  readonly tempo = new StubTempo(() => realClock.wall());
  readonly server = new StubServer(() => realClock.wall(), this.#feed);
  readonly members = new StubMembers(() => realClock.wall());
  readonly provisioning = new StubProvisioning();
  /** What a changed setting comes to. */
  setSetting: (setting: string, value: unknown) => Promise<unknown> = (_setting, value) =>
    Promise.resolve(value);
  /** That were changed. */
  readonly settings: Record<string, unknown> = { 'site.name': 'Home' };
  jobsSettings: JobsSettings = jobsSettings({ allow: { lines: ['backup.sh --all'] } });
  /** Of the tokens that it gives. */
  scopes: readonly Scope[] = ['read', 'admin'];
  readonly #latest = new Map<string, LiveValue>();
  #rest: RestServer | undefined;
  #line: SlowLine | undefined;
  #port = 0;

  constructor() {
    this.#access = createAccess({
      store: this.store,
      clock: realClock,
      alarm: createRealAlarm(realClock),
      logger: silentLogger,
      gatewayId: 'abcdefgh234567ab',
      isClockTrusted: () => true,
    });
    for (const value of this.home.valuesAt(realClock.wall())) this.#keep(value);
  }

  get tokens(): TokenRegister {
    return this.#access.tokens;
  }

  get pairing(): Pairing {
    return this.#access.pairing;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** On any free port, and after an interruption on the one it had. */
  async listen(): Promise<void> {
    await this.sources.start();
    this.#rest = await this.#createServer();
    const isSlow = slowMs > 0;
    const { port } = await this.#rest.listen({ host: '127.0.0.1', port: isSlow ? 0 : this.#port });
    this.#line = isSlow ? await openSlowLine(port, this.#port) : undefined;
    this.#port = this.#line?.port ?? port;
  }

  /** Cuts all streams, and answers nobody until `listen`. */
  async close(): Promise<void> {
    await this.#line?.close();
    await this.#rest?.close();
    this.#rest = undefined;
  }

  async token(lifeMs = 3_600_000): Promise<string> {
    const { secret } = await this.tokens.create({ label: 'test', scopes: this.scopes, lifeMs });
    return secret;
  }

  /** A home of devices alone; to be called before it listens. */
  withoutSources(): void {
    this.sources = new StubHomeSources(this.home, this.store, this.#feed, []);
    this.home.forgetSources();
    this.#latest.clear();
    for (const value of this.home.valuesAt(realClock.wall())) this.#keep(value);
  }

  /** As the harvest does after each round. */
  publish(...values: readonly LiveValue[]): void {
    for (const value of values) this.#keep(value);
    this.#feed.publish({ type: 'readings', values });
  }

  /** What its model says now. */
  publishHome(): void {
    this.publish(...this.home.valuesAt(realClock.wall()));
  }

  setDevice(id: string, state: DeviceSummary['state'], lastError: string | null): void {
    const since = realClock.wall();
    this.home.change(id, { state, stateSinceMs: since, lastError });
    this.#feed.publish({ type: 'device', id, state, since });
  }

  #keep(value: LiveValue): void {
    this.#latest.set(`${value.device}/${value.quantity}`, value);
  }

  async #createServer(): Promise<RestServer> {
    const commands = this.#commands();
    return await createRestServer({
      dispatcher: createDispatcher(commands, {
        audit: this.store,
        clock: realClock,
        logger: silentLogger,
        checkOutput: true,
      }),
      commands: commands.map(({ definition }) => definition),
      feed: this.#feed,
      liveSnapshot: () => this.#snapshot(),
      staticAssets: readStaticAssets(),
      clock: realClock,
      alarm: createRealAlarm(realClock),
      logger: silentLogger,
      audit: this.store,
      security: this.#access.security,
      credentials: this.#access.credentials,
      version: this.version,
      hostNames: [],
    });
  }

  #snapshot(): LiveEvent[] {
    return [
      { type: 'gateway', life: 'running', link: 'none', health: 'normal' },
      ...this.sources.live(),
      { type: 'readings', values: [...this.#latest.values()] },
    ];
  }

  #commands(): readonly BoundCommand[] {
    const { home } = this;
    const now = (): number => realClock.wall();
    return [
      ...bindGatewayCommands({
        gateway: {
          id: () => 'egwegwegwegwegwe',
          siteName: () => 'Rue des Lilas 4',
          version: () => ({ name: 'egw', version: this.version, node: 'v24.21.0', platform: 'linux-arm64' }),
          state: () => home.state(now()),
        },
        isPaired: () => this.tokens.hasValidToken(),
        deviceLines: () => home.devices,
        store: this.store,
      }),
      ...bindHarvestCommands({
        clock: realClock,
        store: this.store,
        series: createSeriesDirectory(this.store),
        latest: () => [...this.#latest.values()],
        fleet: { add: () => Promise.resolve(), remove: () => undefined, accept: () => undefined },
        devices: {
          list: () => home.devices,
          show: (id) => home.detail(id),
          plan: () => undefined,
        },
      }),
      ...this.sources.commands(() => [...this.#latest.values()]),
      ...this.#jobCommands(),
      ...this.boiler.commands(),
      ...this.alerts.commands(),
      ...[this.tempo, this.server, this.members, this.provisioning].flatMap((stub) => stub.commands()),
      ...bindPublishCommands({ publishing: this.sinks }),
      ...bindEngineCommands({ engine: { tasks: () => home.tasks(now()), lanes: () => home.lanes() } }),
      ...bindConfigCommands({
        config: {
          show: () => ({
            site: { name: 'Rue des Lilas 4', zone: homeZone },
            home: { gridMeter: 'meter' },
            ...(this.boiler.isConfigured && { boiler: { inputs: { water: 'boiler/water' } } }),
            ...(this.server.isConfigured && { server: { meter: 'plug', switch: 'pve' } }),
          }),
          explain: () => ({ values: [], warnings: [] }),
          schema: () => ({ type: 'object' }),
          settings: () => this.settings,
          set: async (setting, value) => {
            this.settings[setting] = await this.setSetting(setting, value);
            return value;
          },
          unset: (setting) => setting === 'site.name',
        },
      }),
      ...bindStorageCommands({
        writeFacts: stubWriteFacts,
        pendingReadings: () => 400,
        store: this.store,
        check: stubCheck,
        upkeep: stubUpkeep,
      }),
      ...bindRecordCommands({ store: this.store }),
      ...this.#access.commands,
    ];
  }

  #jobCommands(): readonly BoundCommand[] {
    const { jobs: desk, signals, jobsSettings: settings } = this;
    const files = { realPath: () => Promise.resolve(undefined), sha256: () => Promise.resolve(undefined) };
    const clock = realClock;
    const findFolder = async () => await Promise.resolve({ path: '/var/lib/egw', warnings: [] });
    return [
      ...bindJobViewCommands({ desk, signals, clock, settings }),
      ...bindJobCommands({ desk, clock, zone: homeZone, settings, findFolder, files }),
    ];
  }
}
