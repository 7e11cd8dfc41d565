import type { AccessCalls, SecurityEvent, StoredClientKey } from './access-calls.ts';
import type { AlertCalls, StoredAlert, StoredAlertState, StoredDelivery } from './alert-calls.ts';
import type { BoilerCalls } from './boiler-calls.ts';
import type { CloudCalls, CloudCommand } from './cloud-calls.ts';
import type { GridHour } from '../core/grid-hour.ts';
import type { GridCalls } from './grid-calls.ts';
import type { JobCalls, StoredJob, StoredRun } from './job-calls.ts';
import type { OutsideCalls } from './outside-calls.ts';
import type { Stores } from './open-stores.ts';
import { SharingService } from './sharing-service.ts';
import type { StoresKeeper } from './stores-keeper.ts';
import type * as telemetry from './telemetry-calls.ts';
import type { TelemetryStore } from './telemetry-store.ts';

type Parameter<Calls, Name extends keyof Calls> = Calls[Name] extends (given: infer Given) => unknown
  ? Given
  : never;

/** The calls about what leaves the gateway, and who comes in. */
export class OutsideService extends SharingService implements OutsideCalls {
  readonly #keeper: StoresKeeper;
  /** Whether a chain is gone on with: then what is not sealed stays in the log. */
  #isTelemetryOn = false;
  /** For which the chain was gone on with last. */
  #reopened: Stores | undefined;

  constructor(keeper: StoresKeeper) {
    super(keeper);
    this.#keeper = keeper;
  }

  openTelemetry(start: telemetry.TelemetryStart): telemetry.TelemetryPlace {
    const place = this.#keeper.run((stores) => {
      const opened = stores.telemetry.open(start);
      this.#reopened = stores;
      return opened;
    });
    this.#isTelemetryOn = true;
    return place;
  }

  noteTelemetryEvent(event: telemetry.TelemetryEvent): void {
    this.#keeper.run((stores) => stores.telemetry.noteEvent(event));
  }

  draftTelemetry(
    bounds: Parameter<telemetry.TelemetryCalls, 'draftTelemetry'>,
  ): telemetry.TelemetryDraft | undefined {
    return this.#telemetry((store) => store.draft(bounds));
  }

  sealTelemetry(seal: Parameter<telemetry.TelemetryCalls, 'sealTelemetry'>): void {
    this.#telemetry((store) => store.seal(seal));
  }

  telemetryBatches(query: telemetry.TelemetryQuery): readonly telemetry.TelemetryBatch[] {
    // To read what is left of it is not to go on with it.
    return this.#keeper.run((stores) => {
      this.holdUnsealed(stores);
      return stores.telemetry.batches(query);
    });
  }

  getUplinkMark(uplink: string, epoch?: string): telemetry.UplinkMark | undefined {
    return this.#keeper.run((stores) => stores.telemetry.getUplinkMark(uplink, epoch));
  }

  putUplinkMark(uplink: string, mark: telemetry.UplinkMark): void {
    this.#keeper.run((stores) => stores.telemetry.putUplinkMark(uplink, mark));
  }

  pruneTelemetry(
    nowMs: number,
    retention: telemetry.TelemetryRetention,
  ): { readonly batches: number; readonly remaining: boolean } {
    return this.#telemetry((store, { rewrite }) =>
      rewrite.isRunning ? { batches: 0, remaining: false } : store.prune(nowMs, retention),
    );
  }

  telemetryStatus(): telemetry.TelemetryStatus {
    return this.#keeper.run((stores) => stores.telemetry.status());
  }

  addClientKey(key: StoredClientKey): void {
    this.#keeper.run(({ clientKeys }) => clientKeys.add(key));
  }

  listClientKeys(): readonly StoredClientKey[] {
    return this.#keeper.run(({ clientKeys }) => clientKeys.list());
  }

  removeClientKey(id: string): boolean {
    return this.#keeper.run(({ clientKeys }) => clientKeys.remove(id));
  }

  noteClientKeyUse(id: string, usedMs: number): void {
    this.#keeper.run(({ clientKeys }) => clientKeys.noteUse(id, usedMs));
  }

  noteSecurityEvent(event: Parameter<AccessCalls, 'noteSecurityEvent'>): void {
    this.#keeper.run(({ securityEvents }) => securityEvents.note(event));
  }

  listSecurityEvents(query: Parameter<AccessCalls, 'listSecurityEvents'>): readonly SecurityEvent[] {
    return this.#keeper.run(({ securityEvents }) => securityEvents.list(query));
  }

  beginCloudCommand(command: Parameter<CloudCalls, 'beginCloudCommand'>): boolean {
    return this.#keeper.run(({ cloudCommands }) => cloudCommands.begin(command));
  }

  endCloudCommand(...[issuer, id, end]: Parameters<CloudCalls['endCloudCommand']>): void {
    this.#keeper.run(({ cloudCommands }) => cloudCommands.end(issuer, id, end));
  }

  findCloudCommand(issuer: string, id: string): CloudCommand | undefined {
    return this.#keeper.run(({ cloudCommands }) => cloudCommands.find(issuer, id));
  }

  lastCloudSequence(issuer: string): number {
    return this.#keeper.run(({ cloudCommands }) => cloudCommands.lastSequence(issuer));
  }

  settleCloudCommands(): readonly CloudCommand[] {
    return this.#keeper.run(({ cloudCommands }) => cloudCommands.settle());
  }

  pruneCloudCommands(beforeMs: number): number {
    return this.#keeper.run(({ cloudCommands }) => cloudCommands.prune(beforeMs));
  }

  listCloudCommands(query: Parameter<CloudCalls, 'listCloudCommands'>): readonly CloudCommand[] {
    return this.#keeper.run(({ cloudCommands }) => cloudCommands.list(query));
  }

  addJob(job: Parameter<JobCalls, 'addJob'>): ReturnType<JobCalls['addJob']> {
    return this.#keeper.run(({ jobs }) => jobs.add(job));
  }

  findJob(id: number): StoredJob | undefined {
    return this.#keeper.run(({ jobs }) => jobs.find(id));
  }

  listJobs(query: Parameter<JobCalls, 'listJobs'>): readonly StoredJob[] {
    return this.#keeper.run(({ jobs }) => jobs.list(query));
  }

  countJobs(): ReturnType<JobCalls['countJobs']> {
    return this.#keeper.run(({ jobs }) => jobs.counts());
  }

  moveJob(move: Parameter<JobCalls, 'moveJob'>): boolean {
    return this.#keeper.run(({ jobs }) => jobs.move(move));
  }

  setJobDecision(id: number, decision: string): void {
    this.#keeper.run(({ jobs }) => jobs.setDecision(id, decision));
  }

  beginJobRun(run: Parameter<JobCalls, 'beginJobRun'>): StoredRun | undefined {
    return this.#keeper.run(({ jobs }) => jobs.begin(run));
  }

  endJobRun(ending: Parameter<JobCalls, 'endJobRun'>): void {
    this.#keeper.run(({ jobs }) => jobs.end(ending));
  }

  saveJobOutput(output: Parameter<JobCalls, 'saveJobOutput'>): void {
    this.#keeper.run(({ jobs }) => jobs.saveOutput(output));
  }

  settleJobRuns(atMs: number): readonly StoredRun[] {
    return this.#keeper.run(({ jobs }) => jobs.settle(atMs));
  }

  listJobRuns(job: number): readonly StoredRun[] {
    return this.#keeper.run(({ jobs }) => jobs.runs(job));
  }

  jobOutput(job: number, attempt: number): string {
    return this.#keeper.run(({ jobs }) => jobs.output(job, attempt));
  }

  pruneJobs(keep: Parameter<JobCalls, 'pruneJobs'>): number {
    return this.#keeper.run(({ jobs }) => jobs.prune(keep));
  }

  putGridHours(hours: readonly GridHour[]): number {
    return this.#keeper.run(({ gridHours }) => gridHours.put(hours));
  }

  listGridHours(query: Parameter<GridCalls, 'listGridHours'>): readonly GridHour[] {
    return this.#keeper.run(({ gridHours }) => gridHours.list(query));
  }

  gridZones(): ReturnType<GridCalls['gridZones']> {
    return this.#keeper.run(({ gridHours }) => gridHours.zones());
  }

  pruneGridHours(beforeMs: number): number {
    return this.#keeper.run(({ gridHours }) => gridHours.prune(beforeMs));
  }

  putPhases(of: Parameter<BoilerCalls, 'putPhases'>): void {
    this.#keeper.run(({ phases }) => phases.put(of));
  }

  listPhases(query: Parameter<BoilerCalls, 'listPhases'>): ReturnType<BoilerCalls['listPhases']> {
    return this.#keeper.run(({ phases }) => phases.list(query));
  }

  phasesEndMs(boiler: string): number | null {
    return this.#keeper.run(({ phases }) => phases.endMs(boiler));
  }

  prunePhases(of: Parameter<BoilerCalls, 'prunePhases'>): number {
    return this.#keeper.run(({ phases }) => phases.prune(of));
  }

  alertStates(): readonly StoredAlertState[] {
    return this.#keeper.run(({ alerts }) => alerts.states());
  }

  noteAlerts(noted: Parameter<AlertCalls, 'noteAlerts'>): readonly StoredAlert[] {
    return this.#keeper.run(({ alerts }) => alerts.note(noted));
  }

  findAlert(id: number): StoredAlert | undefined {
    return this.#keeper.run(({ alerts }) => alerts.find(id));
  }

  listAlerts(query: Parameter<AlertCalls, 'listAlerts'>): readonly StoredAlert[] {
    return this.#keeper.run(({ alerts }) => alerts.list(query));
  }

  acknowledgeAlert(of: Parameter<AlertCalls, 'acknowledgeAlert'>): boolean {
    return this.#keeper.run(({ alerts }) => alerts.acknowledge(of));
  }

  dueDeliveries(query: Parameter<AlertCalls, 'dueDeliveries'>): readonly StoredDelivery[] {
    return this.#keeper.run(({ alerts }) => alerts.due(query));
  }

  nextDeliveryMs(notifier: string): number | null {
    return this.#keeper.run(({ alerts }) => alerts.nextDeliveryMs(notifier));
  }

  beginDelivery(of: Parameter<AlertCalls, 'beginDelivery'>): StoredDelivery | undefined {
    return this.#keeper.run(({ alerts }) => alerts.begin(of));
  }

  endDelivery(end: Parameter<AlertCalls, 'endDelivery'>): void {
    this.#keeper.run(({ alerts }) => alerts.end(end));
  }

  settleDeliveries(nowMs: number): number {
    return this.#keeper.run(({ alerts }) => alerts.settle(nowMs));
  }

  listDeliveries(query: Parameter<AlertCalls, 'listDeliveries'>): readonly StoredDelivery[] {
    return this.#keeper.run(({ alerts }) => alerts.deliveries(query));
  }

  pruneAlerts(beforeMs: number): number {
    return this.#keeper.run(({ alerts }) => alerts.prune(beforeMs));
  }

  /** To be called before commits may leave the log, and before batches are read. */
  protected holdUnsealed(stores: Stores): void {
    if (this.#isTelemetryOn) this.#goOn(stores);
  }

  #telemetry<Result>(work: (store: TelemetryStore, stores: Stores) => Result): Result {
    return this.#keeper.run((stores) => {
      this.#goOn(stores);
      return work(stores.telemetry, stores);
    });
  }

  /** On a new connection the chain is gone on with as it was begun, or as another one of another database. */
  #goOn(stores: Stores): void {
    if (this.#reopened === stores) return;
    stores.telemetry.reopen();
    this.#reopened = stores;
    this.#isTelemetryOn = true;
  }
}
