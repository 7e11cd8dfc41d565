import { join } from 'node:path';
import type { SourceConfig } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import type { Disk } from './core/disk.ts';
import type { GridHour } from './core/grid-hour.ts';
import type { HttpClient } from './core/http.ts';
import type { LiveEvent, LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { Random } from './core/random.ts';
import type { SerialLines } from './core/serial-lines.ts';
import type { ServiceDiscovery } from './core/service-discovery.ts';
import type { TempoDay } from './core/tempo-day.ts';
import type { SaidTempoDay } from './core/tempo-said-day.ts';
import type { Lane } from './engine/lane.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { BoundCommand } from './features/command.ts';
import { commitTaskName } from './features/harvest/commit-readings.ts';
import type { LatestReadings } from './features/harvest/latest-readings.ts';
import type { ReadingBuffer } from './features/harvest/reading-buffer.ts';
import { ReadingIntake } from './features/harvest/reading-intake.ts';
import type { GridSource } from './features/grid/grid-source.ts';
import type { SeenThing } from './features/alerts/watched-home.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import { sourceTaskName, type TakeValues } from './features/sources/read-source.ts';
import { secretFileName, SecretFile } from './features/sources/secret-file.ts';
import { bindSourceCommands } from './features/sources/source-commands.ts';
import { SourceFleet, type Quarantined } from './features/sources/source-fleet.ts';
import { TextBook } from './features/sources/text-book.ts';
import type { WatchedSource } from './features/sources/watched-source.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import { sources as builtIn } from './io/sources/index.ts';
import type { BlockingWork, SourceDefinition } from './io/sources/source.ts';
import type { Database } from './storage/store-calls.ts';

/** What sources need of the outside, besides what devices do. */
export interface SourceOutside {
  readonly http: HttpClient;
  readonly work: BlockingWork;
  readonly disk: Disk;
  readonly dataDirectory: string;
  readonly quarantinedSources: readonly Quarantined[];
  /** Called when no source is read any more. */
  closeOutside?(): Promise<void>;
  /** Those that are built in unless said. */
  readonly sourceKinds?: readonly SourceDefinition[];
}

interface Parts extends SourceOutside {
  readonly config: {
    readonly sources: readonly SourceConfig[];
    readonly site: { readonly zone: string };
  };
  readonly clock: Timekeeper;
  readonly random: Random;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly network: Network;
  readonly serial: SerialLines;
  readonly services: ServiceDiscovery;
  readonly database: Database;
}

interface Waiting {
  readonly scheduler: Scheduler;
  readonly feed: LiveFeed;
  readonly buffer: ReadingBuffer;
  readonly latest: LatestReadings;
  /** A source has said what hours of the grid were like. */
  heard(hours: readonly GridHour[]): void;
  /** A source has said the colours of days. */
  heardTempo(days: readonly SaidTempoDay[]): void;
}

/** Reading sources, put together. */
export interface SourceKeeping {
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  /** Whether a source has this id, read or not. */
  isSource(id: string): boolean;
  lanes(): readonly Lane[];
  /** Those that tell of a zone of the grid. */
  gridSources(): readonly GridSource[];
  /** Has the seasons of Tempo asked for that begin on these days. */
  wantTempoSeasons(firstDays: readonly TempoDay[]): void;
  /** How each is, read or not. */
  things(): readonly SeenThing[];
  /** How they are now and what they say, as the events that would have told it. */
  live(): readonly LiveEvent[];
  /** Errors: those of the store. */
  start(): Promise<void>;
  /** Ends the connections. */
  close(): Promise<void>;
}

export function createSourceKeeping(parts: Parts, waiting: Waiting): SourceKeeping {
  const { config, clock, logger, database, disk, dataDirectory, quarantinedSources } = parts;
  const { scheduler, feed, latest } = waiting;
  const kinds = parts.sourceKinds ?? builtIn;
  const ids = new Set([...config.sources, ...quarantinedSources].map(({ id }) => id));
  const texts = new TextBook(database, feed);
  const fleet = new SourceFleet(kinds, config.sources, quarantinedSources, {
    clock,
    random: parts.random,
    logger,
    store: database,
    texts,
    feed,
    take: takeValues(parts, waiting),
    outside: {
      http: parts.http,
      network: parts.network,
      serial: parts.serial,
      services: parts.services,
      work: parts.work,
      zone: config.site.zone,
    },
    secrets: new SecretFile(join(dataDirectory, secretFileName), ids, { disk, logger }),
    submit: (task) => scheduler.submit(task),
    runAt: (name, atMs) => void scheduler.reschedule(name, atMs),
    commitSoon: () => void scheduler.reschedule(commitTaskName, clock.monotonic()),
    heard: (hours) => waiting.heard(hours),
    heardTempo: (days) => waiting.heardTempo(days),
  });
  return {
    health: () => fleet.notes(),
    commands: bindSourceCommands({
      fleet,
      kinds,
      nextReadMs: (id) => {
        const task = scheduler.tasks().find(({ name }) => name === sourceTaskName(id));
        if (task === undefined || task.state === 'running') return undefined;
        return Math.round(clock.wall() + task.dueInMs);
      },
      latest: () => latest.all(),
      texts: () => texts.all(),
      time: { clock, alarm: parts.alarm },
    }),
    isSource: (id) => ids.has(id),
    lanes: () => fleet.lanes(),
    gridSources: () => fleet.sources().flatMap((source) => gridSourceOf(source)),
    wantTempoSeasons: (firstDays) => {
      for (const { reader } of fleet.sources()) reader.wantTempoSeasons?.(firstDays);
    },
    things: () => [...fleet.sources().map(thingOf), ...fleet.unread().map(unreadThing)],
    live: () => [
      ...fleet
        .sources()
        .map(({ id, state, sinceMs }) => ({ type: 'source' as const, id, state, since: sinceMs })),
      { type: 'texts', values: texts.all() },
    ],
    start: async () => await fleet.start(),
    close: async () => {
      fleet.close();
      await parts.closeOutside?.();
    },
  };
}

function gridSourceOf({ id, setting, reader, readAtMs, error }: WatchedSource): readonly GridSource[] {
  const zone = setting.options['zone'];
  if (reader.gridHours === undefined || typeof zone !== 'string') return [];
  const { periodMs } = setting;
  return [{ id, zone, periodMs, readAtMs, problem: error?.message, forecast: reader.forecast?.() }];
}

function thingOf({ id, setting, state, silentMs }: WatchedSource): SeenThing {
  const { name = id, periodMs } = setting;
  return { id, name, state, periodMs, isDisabled: false, broughtNothingMs: silentMs };
}

/** One that lacks something is silent; one that was switched off may be. */
function unreadThing({ id, state }: ReturnType<SourceFleet['unread']>[number]): SeenThing {
  const isDisabled = state === 'disabled';
  return { id, name: id, state, periodMs: undefined, isDisabled, broughtNothingMs: undefined };
}

/** A device or part of a source is taken in as any other; its counters behave as those of a home do. */
function takeValues({ clock, logger, database }: Parts, { feed, buffer, latest }: Waiting): TakeValues {
  const intakes = new Map<string, ReadingIntake>();
  const ports = { clock, logger, feed, store: database, buffer, latest };
  return async (device, values, stamp) => {
    const known = intakes.get(device);
    const intake = known ?? new ReadingIntake(device, ports, () => undefined);
    if (known === undefined) intakes.set(device, intake);
    await intake.take(values, stamp);
  };
}
