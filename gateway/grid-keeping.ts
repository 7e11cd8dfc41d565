import { join } from 'node:path';
import type { Config } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import type { Disk } from './core/disk.ts';
import { describeError, GatewayError } from './core/errors.ts';
import type { GridHour } from './core/grid-hour.ts';
import type { LiveFeed, LiveValue } from './core/live-feed.ts';
import type { Logger } from './core/logger.ts';
import type { SignalReader } from './core/power-signal.ts';
import type { Scheduler } from './engine/scheduler.ts';
import type { TaskDefinition } from './engine/task.ts';
import type { BoundCommand } from './features/command.ts';
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
import { tariffKinds } from './features/grid/tariffs/index.ts';
import type { Tariff, TariffPorts } from './features/grid/tariffs/tariff.ts';
import { TempoColours } from './features/grid/tempo-colours.ts';
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
  readonly latest: () => readonly LiveValue[];
  /** Sources that tell of zones of the grid. */
  readonly sources: () => readonly GridSource[];
}

/** What is known of the grid, the tariff and the meter, put together. */
export interface GridKeeping {
  readonly tasks: readonly TaskDefinition[];
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
  readonly signals: SignalReader;
  /** A source has said something of the grid. */
  heard(hours: readonly GridHour[]): void;
}

export function createGridKeeping(parts: Parts, { scheduler, feed, latest, sources }: Beside): GridKeeping {
  const { config, clock, alarm, logger, database: store } = parts;
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
  const colours = openColours(parts, latest);
  const spot = openSpot(parts);
  const { tariff, problem } = openTariff(parts, { colours, spot });
  const ownExport = openOwnExport(config);
  if (ownExport !== undefined) feed.subscribe((event) => ownExport.heard(event));
  const shared = { clock, hours, gridZone, source, colours, ownExport };
  const signals = new Outlook({ ...shared, siteZone: config.site.zone, tariff, tariffProblem: problem });
  const book = new ForecastBook({ clock, alarm, hours, gridZone, siteZone: config.site.zone });
  const isNeeded = gridZone !== undefined || tariff !== undefined || colours !== undefined;
  const watch = new GridWatch({ ...shared, heard, logger, store, spot, news: () => signals.news() });
  return {
    tasks: isNeeded || ownExport !== undefined ? [watch.task()] : [],
    health: () => [
      ...noteOf('grid', written === undefined || isZone(written) ? undefined : unknownZone(written)),
      ...noteOf('tariff', problem),
      ...noteOf('tariff', spot?.problem),
    ],
    commands: bindGridCommands({
      ...shared,
      signals,
      zoneNames: electricityMapsZones,
      nearestZone,
      forecastErrors: async (kind, signal) => await book.errors(kind, signal),
    }),
    signals,
    heard: (said) => {
      hours.heard(said);
      void scheduler.reschedule(watchGridTaskName, clock.monotonic());
    },
  };
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

function openColours(
  { config, clock, database }: Parts,
  latest: () => readonly LiveValue[],
): TempoColours | undefined {
  const source = config.sources.find(({ kind, enabled }) => kind === 'tempo' && enabled);
  return source === undefined ? undefined : new TempoColours(source.id, { clock, store: database, latest });
}

function openSpot({ config, disk, dataDirectory, logger }: Parts): SpotFile | undefined {
  const { kind, spotCsv } = tariffSettings(config.features[tariffSection.key]);
  if (kind !== 'spot-csv') return undefined;
  const { file = tariffDefaults.spotCsv.file } = spotCsv ?? {};
  return new SpotFile(join(dataDirectory, file), { disk, logger });
}

function openTariff(
  { config }: Parts,
  { colours, spot }: { colours: TempoColours | undefined; spot: SpotFile | undefined },
): { readonly tariff?: Tariff; readonly problem?: string } {
  const settings = tariffSettings(config.features[tariffSection.key]);
  const kind = tariffKinds.find(({ id }) => id === settings.kind);
  if (kind === undefined) return {};
  if (kind.id === 'tempo' && colours === undefined)
    return { problem: 'the tariff tempo needs a source of its colours: add a source of the kind tempo' };
  const ports: TariffPorts = {
    zone: config.site.zone,
    coloursOf: (day) => colours?.coloursOf(day) ?? [],
    spotPrices: (range) => spot?.prices(range) ?? [],
  };
  try {
    return { tariff: kind.open(settings, ports) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { problem: `${describeError(error)}: ${error.hint ?? ''}` };
  }
}

function openOwnExport({ home, devices, sources }: Parts['config']): OwnExport | undefined {
  const meter = [...devices, ...sources].find(({ id }) => id === home.gridMeter);
  return meter === undefined ? undefined : new OwnExport(meter.id, meter.periodMs);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
