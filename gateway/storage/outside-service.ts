import type { AccessCalls, SecurityEvent, StoredClientKey } from './access-calls.ts';
import type { CloudCalls, CloudCommand } from './cloud-calls.ts';
import type { OutsideCalls } from './outside-calls.ts';
import type { Stores } from './open-stores.ts';
import type { StoresKeeper } from './stores-keeper.ts';
import type * as telemetry from './telemetry-calls.ts';
import type { TelemetryStore } from './telemetry-store.ts';

type Parameter<Calls, Name extends keyof Calls> = Calls[Name] extends (given: infer Given) => unknown
  ? Given
  : never;

/** The calls about what leaves the gateway, and who comes in. */
export class OutsideService implements OutsideCalls {
  readonly #keeper: StoresKeeper;
  /** Whether a chain is gone on with: then what is not sealed stays in the log. */
  #isTelemetryOn = false;
  /** For which the chain was gone on with last. */
  #reopened: Stores | undefined;

  constructor(keeper: StoresKeeper) {
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
