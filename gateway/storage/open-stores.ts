import type { SeriesId } from '../core/reading.ts';
import { adoptZone } from './adopt-zone.ts';
import { AlertStore } from './alert-store.ts';
import { AuditStore } from './audit-store.ts';
import { FileCheck } from './check/file-check.ts';
import { ClientKeyStore } from './client-key-store.ts';
import { CloudCommandStore } from './cloud-command-store.ts';
import type { Connection } from './connection.ts';
import { ControlStore } from './control-store.ts';
import type { DatabaseOptions } from './database-options.ts';
import { DerogationStore } from './derogation-store.ts';
import { openEnergyBook, type EnergyBook } from './energy-book.ts';
import { GapStore } from './gap-store.ts';
import { GridHourStore } from './grid-hour-store.ts';
import { HistoryStore } from './history-store.ts';
import { JobStore } from './job-store.ts';
import { MarkStore } from './mark-store.ts';
import { MemberStore } from './member-store.ts';
import { MeterStore } from './meter-store.ts';
import { PageRoom } from './page-room.ts';
import { PhaseStore } from './phase-store.ts';
import { Pruner } from './pruner.ts';
import { ReadingStore } from './reading-store.ts';
import { RollupReader } from './rollup-reader.ts';
import { RollupState } from './rollup-state.ts';
import { RollupStore } from './rollup-store.ts';
import { SecurityEventStore } from './security-event-store.ts';
import { SeriesStore } from './series-store.ts';
import { ServerOrderStore } from './server-order-store.ts';
import { SettingStore } from './setting-store.ts';
import { SinkFeed } from './sink-feed.ts';
import { StatementStore } from './statement-store.ts';
import { TelemetryStore } from './telemetry-store.ts';
import { TempoStore } from './tempo-store.ts';
import { TextStore } from './text-store.ts';
import { TokenStore } from './token-store.ts';
import { Rewrite } from './upkeep/rewrite.ts';

/** Everything over one connection. */
export interface Stores {
  readonly connection: Connection;
  readonly room: PageRoom;
  readonly series: SeriesStore;
  readonly readings: ReadingStore;
  readonly rollups: RollupState;
  readonly rollupStore: RollupStore;
  readonly rollupReader: RollupReader;
  readonly energy: EnergyBook;
  readonly history: HistoryStore;
  readonly pruner: Pruner;
  readonly settings: SettingStore;
  readonly tokens: TokenStore;
  readonly audit: AuditStore;
  readonly controls: ControlStore;
  readonly clientKeys: ClientKeyStore;
  readonly securityEvents: SecurityEventStore;
  readonly cloudCommands: CloudCommandStore;
  readonly jobs: JobStore;
  readonly gridHours: GridHourStore;
  readonly phases: PhaseStore;
  readonly alerts: AlertStore;
  readonly tempo: TempoStore;
  readonly meters: MeterStore;
  readonly serverOrders: ServerOrderStore;
  readonly members: MemberStore;
  readonly derogations: DerogationStore;
  readonly statements: StatementStore;
  readonly telemetry: TelemetryStore;
  readonly texts: TextStore;
  readonly feed: SinkFeed;
  readonly marks: MarkStore;
  readonly gaps: GapStore;
  readonly check: FileCheck;
  readonly rewrite: Rewrite;
}

/** Reads where everything stands. Errors: those of SQLite, `database_unreadable`. */
export function openStores(connection: Connection, { zone, directory }: DatabaseOptions): Stores {
  const marks = new MarkStore(connection);
  marks.assertAll();
  const check = new FileCheck(connection);
  check.assertCommits();
  const series = new SeriesStore(connection);
  const readings = new ReadingStore({ connection, marks, series });
  const rollups = new RollupState({
    connection,
    marks,
    raw: readings.raw,
    zone,
    deviceOf: (id) => series.deviceOf(id),
  });
  adoptZone(rollups);
  const rollupStore = new RollupStore(rollups);
  const prunedToMs = (id: SeriesId): number => rollups.prunedToMsOf('raw', id);
  const energy = openEnergyBook({ connection, marks, raw: readings.raw, series, prunedToMs });
  const texts = new TextStore(connection, series);
  const gaps = new GapStore(connection);
  return {
    connection,
    room: new PageRoom(connection),
    series,
    readings,
    rollups,
    rollupStore,
    rollupReader: new RollupReader(rollups),
    energy,
    history: new HistoryStore({ connection, series, readings, rollups, rollupStore, energy }),
    pruner: new Pruner({ readings, rollups, energy, series, texts }),
    settings: new SettingStore(connection),
    tokens: new TokenStore(connection),
    audit: new AuditStore(connection),
    controls: new ControlStore(connection),
    clientKeys: new ClientKeyStore(connection),
    securityEvents: new SecurityEventStore(connection),
    cloudCommands: new CloudCommandStore(connection),
    jobs: new JobStore(connection),
    gridHours: new GridHourStore(connection),
    phases: new PhaseStore(connection),
    alerts: new AlertStore(connection),
    tempo: new TempoStore(connection),
    meters: new MeterStore(connection),
    serverOrders: new ServerOrderStore(connection),
    members: new MemberStore(connection),
    derogations: new DerogationStore(connection),
    statements: new StatementStore(connection),
    telemetry: new TelemetryStore({ connection, marks, readings, series, gaps }),
    texts,
    feed: new SinkFeed(connection, readings, rollups),
    marks,
    gaps,
    check,
    rewrite: new Rewrite({ connection, directory, rollups, rollupStore, energy }),
  };
}
