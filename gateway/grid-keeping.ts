import { resolve } from 'node:path';
import type { Config } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import type { Disk } from './core/disk.ts';
import { GatewayError } from './core/errors.ts';
import type { GridHour } from './core/grid-hour.ts';
import type { LiveFeed } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { SignalReader } from './core/power-signal.ts';
import { isTempoDay, type TempoDay } from './core/tempo-day.ts';
import type { TempoKnowledge } from './core/tempo-knowledge.ts';
import type { SaidTempoDay } from './core/tempo-said-day.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { BoundCommand } from './features/command.ts';
import { bindCostCommands } from './features/energy/cost-commands.ts';
import { ForecastBook } from './features/grid/forecast-book.ts';
import { bindGridCommands } from './features/grid/grid-commands.ts';
import { GridHours } from './features/grid/grid-hours.ts';
import { configuredGridZone, gridSection, unknownZone } from './features/grid/grid-section.ts';
import type { GridSource } from './features/grid/grid-source.ts';
import { GridWatch, watchGridTaskName } from './features/grid/grid-watch.ts';
import { HeardSource } from './features/grid/heard-source.ts';
import { Outlook } from './features/grid/outlook.ts';
import { OwnExport } from './features/grid/own-export.ts';
import { SpotFile } from './features/grid/spot-file.ts';
import { tariffDefaults, tariffSection, tariffSettings } from './features/grid/tariff-section.ts';
import { createTempo, type Tempo } from './features/grid/tempo/tempo.ts';
import { bindTsmCommands } from './features/imports/tsm-commands.ts';
import { TsmIntake } from './features/imports/tsm-intake.ts';
import { serverSection, serverSettings } from './features/server/server-section.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import type { Timekeeper } from './features/timekeeping/timekeeper.ts';
import { electricityMapsZones, nearestZone } from './io/sources/index.ts';
import type { Database } from './storage/store-calls.ts';

const electricityMapsId = 'electricity-maps';

interface Parts {
  readonly config: Pick<Config, 'devices' | 'sources' | 'features' | 'home' | 'site'>;
  readonly clock: Timekeeper;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly database: Database;
  readonly disk: Pick<Disk, 'readText'>;
  readonly dataDirectory: string;
}

interface Beside {
  readonly scheduler: Scheduler;
  readonly feed: LiveFeed;
  /** Sources that tell of zones of the grid. */
  readonly sources: () => readonly GridSource[];
  /** Has seasons of Tempo asked for, by their first days. */
  readonly wantTempoSeasons: (firstDays: readonly TempoDay[]) => void;
}

/** What is known of the grid, the tariff and the meter, put together. */
export interface GridKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  readonly signals: SignalReader;
  /** Colours of days, and prices of their bands. */
  readonly tempo: TempoKnowledge;
  /** Whether the colours of before are known. */
  readonly isTempoRead: () => boolean;
  /** A source has said something of the grid. */
  heard(hours: readonly GridHour[]): void;
  /** A source, or an import, has said colours of days. */
  heardTempo(days: readonly SaidTempoDay[]): void;
  /** Knows the colours and prices of before from here on; what cannot be read is tried again later. */
  start(): Promise<void>;
}

export function createGridKeeping(parts: Parts, beside: Beside): GridKeeping {
  const { config, clock, alarm, logger, database: store } = parts;
  const { scheduler, feed, sources } = beside;
  const written = configuredGridZone(config.features[gridSection.key]);
  const configured = config.sources.find(({ kind, enabled }) => kind === electricityMapsId && enabled);
  const gridZone = written ?? textOf(configured?.options['zone']);
  const heard = new HeardSource({
    clock,
    store,
    source: () => sources().find(({ zone }) => zone === gridZone),
  });
  const source = (): GridSource | undefined => heard.now();
  const hours = new GridHours({ clock, store });
  const spot = openSpot(parts);
  const tempo = openTempo(parts, beside, { spot, news: () => signals.news() });
  const { tariff, problem } = tempo;
  const ownExport = openOwnExport(config);
  if (ownExport !== undefined) feed.subscribe((event) => ownExport.heard(event));
  const shared = { clock, hours, gridZone, source, colours: tempo.colours, ownExport };
  const signals = new Outlook({ ...shared, siteZone: config.site.zone, tariff, tariffProblem: problem });
  const book = new ForecastBook({ clock, alarm, hours, gridZone, siteZone: config.site.zone });
  const isNeeded = gridZone !== undefined || tariff !== undefined || tempo.colours !== undefined;
  const news = (): void => signals.news();
  const watch = new GridWatch({ ...shared, heard, logger, store, spot, tempo, news });
  const lookNow = (): void => void scheduler.reschedule(watchGridTaskName, clock.monotonic());
  return {
    tasks: isNeeded || ownExport !== undefined ? [watch.task()] : [],
    health: () => [
      ...noteOf('grid', written === undefined || isZone(written) ? undefined : unknownZone(written)),
      ...noteOf('tariff', problem),
      ...noteOf('tariff', spot?.problem),
      ...tempo.notes(),
    ],
    commands: [
      ...bindGridCommands({
        ...shared,
        signals,
        zoneNames: electricityMapsZones,
        nearestZone,
        forecastErrors: async (kind, signal) => await book.errors(kind, signal),
      }),
      ...tempo.commands,
      ...bindCostCommands({ clock, store, tariff: tempo.costTariff }),
      ...tsmCommandsOf(tempo, { clock, store }),
    ],
    signals,
    tempo: tempo.known,
    isTempoRead: () => tempo.book.isRestored,
    heard: (said) => {
      hours.heard(said);
      lookNow();
    },
    heardTempo: (said) => {
      tempo.book.hear(said);
      lookNow();
    },
    start: async () => await tempo.restore(),
  };
}

function openTempo(
  parts: Parts,
  { wantTempoSeasons: want }: Beside,
  { spot, news }: { readonly spot: SpotFile | undefined; readonly news: () => void },
): Tempo {
  const { config, clock, logger, disk, database: store } = parts;
  const source = config.sources.find(({ kind, enabled }) => kind === 'tempo' && enabled);
  const server = serverSettings(config.features[serverSection.key]);
  const settings = tariffSettings(config.features[tariffSection.key]);
  const [since] = [server?.startDate, textOf(source?.options['since'])].filter(isDay).toSorted();
  return createTempo(
    { clock, logger, disk, store, want, news },
    {
      settings,
      priceFile: settings.priceFile && resolve(parts.dataDirectory, settings.priceFile),
      source: source?.id,
      hasServer: server !== undefined,
      since,
      siteZone: config.site.zone,
      spotPrices: (range) => spot?.prices(range) ?? [],
    },
  );
}

function isDay(text: string | undefined): text is TempoDay {
  return text !== undefined && isTempoDay(text);
}

/** Errors: `zone_unknown` names the nearest. */
export function assertGridZone(zone: string): void {
  if (isZone(zone)) return;
  throw new GatewayError('zone_unknown', `there is no zone ${JSON.stringify(zone)}`, {
    hint: `did you mean ${meantBy(zone)}? egw grid zones lists all`,
    facts: { zone, nearest: nearestZone(zone) },
  });
}

function isZone(zone: string): boolean {
  return electricityMapsZones.has(zone);
}

function meantBy(zone: string): string {
  const meant = nearestZone(zone);
  return `${meant} (${electricityMapsZones.get(meant) ?? ''})`;
}

function noteOf(subject: string, problem: string | undefined): ReturnType<HealthSource> {
  if (problem === undefined) return [];
  return [{ subject, status: 'degraded', message: problem, hint: 'egw grid status says what is known' }];
}

function tsmCommandsOf(
  tempo: Tempo,
  of: { clock: Parts['clock']; store: Database },
): readonly BoundCommand[] {
  const intake = new TsmIntake({
    ...of,
    hearColours: async (said) => {
      tempo.book.hear(said);
      await tempo.book.restore();
      await tempo.book.flush();
    },
    putPrices: async (rows) => await tempo.prices.put(rows),
    news: () => {
      tempo.known.news();
    },
  });
  return bindTsmCommands({ intake });
}

function openSpot({ config, disk, dataDirectory, logger }: Parts): SpotFile | undefined {
  const { kind, spotCsv } = tariffSettings(config.features[tariffSection.key]);
  if (kind !== 'spot-csv') return undefined;
  const { file = tariffDefaults.spotCsv.file } = spotCsv ?? {};
  return new SpotFile(resolve(dataDirectory, file), { disk, logger });
}

function openOwnExport({ home, devices, sources }: Parts['config']): OwnExport | undefined {
  const meter = [...devices, ...sources].find(({ id }) => id === home.gridMeter);
  return meter === undefined ? undefined : new OwnExport(meter.id, meter.periodMs);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
