import type { SinkConfig } from './config/config.ts';
import type { Alarm, MonotonicMs } from './core/clock.ts';
import type { HttpClient } from './core/http.ts';
import type { Identity } from './core/identity.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { Random } from './core/random.ts';
import type { WideTables } from './core/wide-tables.ts';
import { TimeLimiter } from './engine/time-limit.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { BoundCommand } from './features/command.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import { bindPublishCommands } from './features/publish/publish-commands.ts';
import { Publishing, type IdleSink, type SinkStatus } from './features/publish/publishing.ts';
import { SinkPublisher } from './features/publish/sink-publisher.ts';
import { triedSoon } from './features/publish/tried-soon.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import { sinks as builtIn } from './io/sinks/index.ts';
import type { SinkDefinition, SinkDevice } from './io/sinks/sink.ts';
import type { Database } from './storage/store-calls.ts';

/** What sinks need of the outside, besides what sources do. */
export interface SinkOutside {
  /** Those that are built in unless said. */
  readonly sinkKinds?: readonly SinkDefinition[];
}

interface Parts extends SinkOutside {
  readonly config: {
    readonly sinks: readonly SinkConfig[];
    readonly site: { readonly name: string; readonly zone: string };
  };
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly dataDirectory: string;
  readonly database: Database;
}

interface Beside {
  readonly scheduler: Scheduler;
  readonly isSource: (id: string) => boolean;
  readonly identity: Identity;
  /** Of a device that is read. */
  readonly showDevice: (id: string) => ShownDevice | undefined;
}

interface ShownDevice {
  readonly driverTitle: string;
  readonly serialNumber: string | null;
  readonly model: string | null;
}

/** Sending what is stored to sinks, put together. */
export interface SinkKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  list(): readonly SinkStatus[];
  /** Ends the connections, and keeps where each stands; while the database is still open. Never throws. */
  stop(): Promise<void>;
}

export function createSinkKeeping(parts: Parts, beside: Beside): SinkKeeping {
  const { scheduler } = beside;
  const { config, clock, random, logger } = parts;
  const kinds = parts.sinkKinds ?? builtIn;
  const publishers: SinkPublisher[] = [];
  const idle: IdleSink[] = [];
  for (const sink of config.sinks) {
    const definition = kinds.find(({ id }) => id === sink.kind);
    if (definition === undefined) continue;
    const why = reasonToRest(sink);
    if (why === undefined) publishers.push(publisherOf(sink, definition, parts, beside));
    else idle.push({ ...sink, title: definition.title, ...why });
  }
  const runAt = (task: string, atMs: MonotonicMs): void => void scheduler.reschedule(task, atMs);
  const publishing = new Publishing(
    { publishers, idle },
    { wake: (task) => runAt(task, clock.monotonic()), logger },
  );
  return {
    tasks: publishing.tasks().map((task) => triedSoon(task, { clock, random, runAt })),
    health: () => publishing.notes(),
    commands: bindPublishCommands({ publishing }),
    list: () => publishing.list(),
    stop: async () => await publishing.stop(),
  };
}

function reasonToRest({
  enabled,
  missingSecrets,
}: SinkConfig): Pick<IdleSink, 'state' | 'reason'> | undefined {
  if (!enabled) return { state: 'disabled', reason: 'it is disabled' };
  if (missingSecrets.length === 0) return undefined;
  return { state: 'skipped', reason: `nobody has given its ${missingSecrets.join(' and ')}` };
}

function publisherOf(
  { id, name, options, only, backlogRowsPerSecond }: SinkConfig,
  definition: SinkDefinition,
  parts: Parts,
  { isSource, identity, showDevice }: Beside,
): SinkPublisher {
  const { clock, alarm, logger, http, network, database: store, dataDirectory, config } = parts;
  const sink = {
    id,
    definition,
    options,
    only,
    backlogRowsPerSecond,
    ...(name !== undefined && { name }),
  };
  const { name: site, zone } = config.site;
  const tables: WideTables = {
    write: async (place, batch) => await store.call('writeWide', place, batch),
    close: async (path) => await store.call('closeWide', path),
  };
  const outside = {
    id,
    clock,
    logger,
    http,
    network,
    identity,
    aboutDevice: (device: string) => aboutDevice(showDevice(device)),
    site: { name: site, zone },
    dataDirectory,
    tables,
  };
  const limiter = new TimeLimiter({ clock, alarm });
  return new SinkPublisher(sink, { clock, logger, store, sink: outside, limiter, isSource });
}

function aboutDevice(device: ShownDevice | undefined): SinkDevice {
  if (device === undefined) return {};
  const { serialNumber, model, driverTitle } = device;
  // A driver's title begins with the maker.
  const [maker = ''] = driverTitle.split(' ', 1);
  return {
    ...(serialNumber !== null && { serialNumber }),
    ...(model !== null && { model }),
    ...(maker !== '' && { maker }),
  };
}
