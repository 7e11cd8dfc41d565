import type { Config } from './config/config.ts';
import type { Alarm, Clock } from './core/clock.ts';
import type { LiveEvent, LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { ServiceDiscovery } from './core/service-discovery.ts';
import type { TlsKeeper } from './core/tls-identity.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { Dispatcher } from './faces/commands/dispatcher.ts';
import { createNearbyServer } from './faces/nearby/nearby-server.ts';
import type { ListenAddress } from './faces/rest/listen-tcp.ts';
import { createRestPaths } from './faces/rest/rest-paths.ts';
import { createRestServer, type RestServer } from './faces/rest/rest-server.ts';
import type { StaticAsset } from './faces/rest/route.ts';
import type { BoundCommand } from './features/command.ts';
import type { Encryption } from './features/access/tls-commands.ts';
import { GatewayAdvertisement } from './features/discovery/gateway-advertisement.ts';
import type { GatewayVersion } from './features/lifecycle/gateway-commands.ts';
import type { HealthNote, HealthSource } from './features/lifecycle/health-board.ts';
import type { Lifecycle } from './features/lifecycle/lifecycle.ts';
import type { ListeningPage } from './features/provisioning/page-addresses.ts';
import type { RestPaths } from './features/rest-paths.ts';
import type { Database } from './storage/store-calls.ts';
import type { AccessKeeping } from './access-keeping.ts';
import type { Harvest } from './harvesting.ts';
import type { IdentityKeeping } from './identity-keeping.ts';
import type { ProvisioningKeeping } from './provisioning-keeping.ts';
import type { SourceKeeping } from './source-keeping.ts';

interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly database: Database;
  readonly services: ServiceDiscovery;
  readonly version: GatewayVersion;
  readonly staticAssets: ReadonlyMap<string, StaticAsset>;
  readonly hostNames: readonly string[];
  readonly tls?: TlsKeeper;
  readonly isOverloaded?: () => boolean;
}

/** What the face shows and who may see it. */
interface Behind {
  readonly harvest: Harvest;
  readonly sources: SourceKeeping;
  readonly lifecycle: Lifecycle;
  readonly access: AccessKeeping;
  readonly identity: IdentityKeeping;
  readonly feed: LiveFeed;
  readonly commands: readonly BoundCommand[];
  readonly dispatcher: Dispatcher;
  readonly provisioning: Pick<ProvisioningKeeping, 'desk' | 'socketFailed' | 'socketPath'>;
}

/** The page and the API, which the network is told of while they listen. */
export interface FaceKeeping extends Pick<RestServer, 'listenLocal' | 'inject' | 'close'> {
  /** Errors: `port_in_use config_invalid`. */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** The same, encrypted; only where there is a certificate. Errors: as above. */
  listenSecure(address: ListenAddress): Promise<ListenAddress>;
  /** The socket at which the Bluetooth service asks. Where it cannot be, a health line says so. */
  listenNearby(): Promise<void>;
  /** Where the page is listened for now. */
  listening(): readonly ListeningPage[];
  /** The certificate in use; null where there is none. */
  encryption(): Encryption | null;
  /** The API without HTTP. */
  readonly restPaths: RestPaths;
  readonly health: HealthSource;
  readonly tasks: readonly TaskDefinition[];
}

const renewPeriodMs = 3_600_000;
const endsSoonMs = 14 * 86_400_000;

export async function createFaceKeeping(parts: Parts, behind: Behind): Promise<FaceKeeping> {
  const { clock, alarm, logger, database, config, services, version, staticAssets, hostNames, tls } = parts;
  const { access, identity, commands, dispatcher, feed, provisioning } = behind;
  const offered = {
    commands: commands.map(({ definition }) => definition),
    dispatcher,
    servesAncestorPaths: config.http.ancestorPaths !== false,
  };
  const server = await createRestServer({
    ...offered,
    feed,
    liveSnapshot: () => liveSnapshot(behind),
    staticAssets,
    clock,
    alarm,
    logger,
    audit: database,
    ...access.door,
    version: version.version,
    hostNames,
    ...(parts.isOverloaded && { isOverloaded: parts.isOverloaded }),
    ...(tls && { tls: { identity: () => tls.current, isOnly: config.http.tls?.only === true } }),
  });
  const about = { name: config.site.name, version: version.version, identity: identity.identity };
  const advertisement = new GatewayAdvertisement(services, about);
  const isOnly = config.http.tls?.only === true;
  const nearby = createNearbyServer({
    logger,
    desk: provisioning.desk,
    dispatcher,
    commands: offered.commands,
  });
  const pages: ListeningPage[] = [];
  return {
    listenNearby: async () =>
      await nearby
        .listen(provisioning.socketPath)
        .catch((error: unknown) => provisioning.socketFailed(error)),
    listening: () => pages,
    listenLocal: async (path) => await server.listenLocal(path),
    inject: async (request) => await server.inject(request),
    listen: async (address) => {
      const listening = await server.listen(address);
      pages.push({ scheme: 'http', ...listening });
      advertisement.start(listening, encryptedTxt(tls, server.securePort()));
      return listening;
    },
    listenSecure: async (address) => {
      const listening = await server.listenSecure(address);
      pages.push({ scheme: 'https', ...listening });
      if (isOnly) advertisement.start(listening, encryptedTxt(tls, listening.port));
      return listening;
    },
    close: async () => {
      await advertisement.stop();
      await nearby.close();
      await server.close();
    },
    encryption: () => encryptionOf(tls, server.securePort()),
    restPaths: createRestPaths(offered),
    health: () => certificateNotes(tls, clock.wall()),
    tasks: tls === undefined ? [] : [renewal(tls, server)],
  };
}

/** The certificate in use, for people; null where there is none. */
function encryptionOf(tls: TlsKeeper | undefined, port: number | undefined): Encryption | null {
  if (tls === undefined) return null;
  const { fingerprint, endsMs, isSelfMade } = tls.current;
  return { port: port ?? null, fingerprint, endsMs, selfMade: isSelfMade };
}

function certificateNotes(tls: TlsKeeper | undefined, nowMs: number): readonly HealthNote[] {
  if (tls === undefined || tls.current.endsMs - nowMs > endsSoonMs) return [];
  const days = Math.floor((tls.current.endsMs - nowMs) / 86_400_000);
  const when = days < 0 ? 'has ended' : `ends in ${days} days`;
  return [
    {
      subject: 'tls',
      status: 'degraded',
      message: `the certificate of the page and the API ${when}`,
      hint: 'put a new one in the place of http.tls.certificate: it is taken within an hour',
    },
  ];
}

function renewal(tls: TlsKeeper, server: RestServer): TaskDefinition {
  return {
    name: 'renew:certificate',
    group: 'access',
    priority: 'housekeeping',
    periodMs: renewPeriodMs,
    deadlineMs: 60_000,
    run: async () => {
      if (await tls.refresh()) server.renewSecure();
    },
  };
}

function encryptedTxt(
  tls: TlsKeeper | undefined,
  port: number | undefined,
): Readonly<Record<string, string>> {
  if (tls === undefined || port === undefined) return {};
  return { tls: String(port), fingerprint: tls.current.fingerprint };
}

/** How things are now, as the events that would have told it. */
function liveSnapshot({ harvest, sources, lifecycle }: Behind): readonly LiveEvent[] {
  return [
    { type: 'gateway', ...lifecycle.states },
    ...harvest.fleet.devices().map(({ device }) => ({
      type: 'device' as const,
      id: device.id,
      state: device.state,
      since: device.sinceMs,
    })),
    ...sources.live(),
    { type: 'readings', values: harvest.latest.all() },
  ];
}
