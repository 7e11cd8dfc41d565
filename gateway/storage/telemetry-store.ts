import { GatewayError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import type { MarkStore } from './mark-store.ts';
import type {
  SequenceRange,
  TelemetryBatch,
  TelemetryDraft,
  TelemetryEvent,
  TelemetryPlace,
  TelemetryQuery,
  TelemetryRetention,
  TelemetryStart,
  TelemetryStatus,
  UplinkMark,
} from './telemetry-calls.ts';
import { encodeBatch } from './telemetry/batch-codec.ts';
import {
  draftBatch,
  type DraftBounds,
  type DraftedBatch,
  type DraftSources,
} from './telemetry/draft-batch.ts';
import { giveWay, type GivenWay, type MayGo } from './telemetry/give-way.ts';
import { openChain, withoutLeft, type ChainSources } from './telemetry/open-chain.ts';
import { readBatches } from './telemetry/read-batches.ts';
import { Outbox } from './telemetry/outbox.ts';
import { presentChain, readOutboxState, withChain, writeOutboxState } from './telemetry/outbox-state.ts';
import type { Chain, OutboxState } from './telemetry/outbox-state.ts';
import { bytesOfRow, OutboxTable, placeOf, type OutboxRow } from './telemetry/outbox-table.ts';
import { TelemetryEvents } from './telemetry/telemetry-events.ts';
import { readingsUpTo, waitingCommits } from './telemetry/unsealed-commits.ts';
import { readUplinkMark, writeUplinkMark } from './telemetry/uplink-marks.ts';
import { transact } from './transact.ts';

export interface TelemetryParts extends Omit<DraftSources, 'events'> {
  readonly connection: Connection;
  readonly marks: MarkStore;
}

type Seal = {
  readonly to: number;
  readonly head: string;
  readonly signature: string;
  readonly atMs: number;
};

/** Gaps that are kept to be told again. */
const toldMax = 8;

/** What was committed, as chained batches of canonical records, made from the log (docs/cloud-protocol.md). */
export class TelemetryStore {
  readonly #connection: Connection;
  readonly #marks: MarkStore;
  readonly #events: TelemetryEvents;
  readonly #table: OutboxTable;
  readonly #outbox: Outbox;
  readonly #sources: DraftSources & ChainSources;
  #state: OutboxState | undefined;
  #draft: DraftedBatch | undefined;

  /** Errors: `database_unreadable`. */
  constructor({ connection, marks, ...parts }: TelemetryParts) {
    this.#connection = connection;
    this.#marks = marks;
    this.#events = new TelemetryEvents(connection);
    this.#table = new OutboxTable(connection);
    this.#outbox = new Outbox(this.#table, this.#events);
    this.#sources = { ...parts, events: this.#events, outbox: this.#outbox };
    this.#state = readOutboxState(marks);
  }

  /** Goes on with the chain, or begins one. */
  open(start: TelemetryStart): TelemetryPlace {
    this.#change(() => openChain(this.#sources, this.#state, start));
    this.hold();
    return placeIn(presentChain(this.#present()));
  }

  /** Goes on as it was begun, where the connection is another one. */
  reopen(): void {
    const { start, database } = this.#present();
    if (database === this.#sources.readings.epoch) this.hold();
    else this.open(start);
  }

  /** What is not sealed stays in the log from now on. */
  hold(): void {
    this.#sources.readings.log.hold(this.#present().commit);
  }

  noteEvent(event: TelemetryEvent): void {
    this.#events.add({ ...event }, this.#sources.readings.lastCommit);
  }

  draft(bounds: DraftBounds): TelemetryDraft | undefined {
    this.#change(() => withoutLeft(this.#sources, this.#present(), 'unsealed'));
    const draft = draftBatch(this.#sources, this.#present(), bounds);
    this.#draft = draft;
    if (draft === undefined) return undefined;
    const { epoch, from, count, last, remaining } = draft;
    return { epoch, from, to: last.sequence, count, head: last.head, remaining };
  }

  /** Errors: `input_invalid`. */
  seal({ to, head, signature, atMs }: Seal): void {
    const state = this.#present();
    const chain = presentChain(state);
    if (chain.last.sequence === to && chain.last.head === head) return;
    const draft = this.#draft;
    if (draft?.epoch !== chain.epoch || draft.last.sequence !== to || draft.last.head !== head)
      throw notTheDraft(to);
    const row = rowOf(draft, chain, { signature, sealedMs: Math.round(atMs) });
    this.#change(() => {
      this.#table.add(row);
      this.#events.remove(draft.toEvent);
      return this.#sealed(state, draft, row);
    });
    this.#draft = undefined;
    this.hold();
  }

  batches(query: TelemetryQuery): readonly TelemetryBatch[] {
    const state = this.#present();
    const chain = query.epoch === undefined ? presentChain(state) : chainOf(state, query.epoch);
    if (chain === undefined) return [];
    const { batches, damaged } = readBatches(this.#table, chain, query);
    const isChanged = damaged.filter((range) => this.#giveUp(chain.number, range)).length > 0;
    return isChanged && batches.length === 0 ? this.batches(query) : batches;
  }

  getUplinkMark(uplink: string, epoch?: string): UplinkMark | undefined {
    const state = this.#state;
    if (state === undefined) return undefined;
    return readUplinkMark(this.#marks, uplink, epoch ?? presentChain(state).epoch);
  }

  putUplinkMark(uplink: string, mark: UplinkMark): void {
    writeUplinkMark(this.#marks, uplink, mark);
  }

  prune(
    nowMs: number,
    { uplinks, keptMs, bytesMax }: TelemetryRetention,
  ): { readonly batches: number; readonly remaining: boolean } {
    const present = this.#present();
    if (present.uplinks.join('\n') !== uplinks.join('\n')) this.#change(() => ({ ...present, uplinks }));
    return this.#giveWay(
      (row, isHad, { bytes }) => bytes > bytesMax || (isHad && nowMs - row.sealedMs >= keptMs),
    );
  }

  /** A step of making room: of what everybody has, or of all there is. Answers whether there was anything. */
  shed(which: 'arrived' | 'all'): boolean {
    if (this.#state === undefined) return false;
    return this.#giveWay((_, isHad) => isHad || which === 'all').batches > 0;
  }

  status(): TelemetryStatus {
    const state = this.#state;
    if (state === undefined) return emptyStatus;
    const { batches, bytes, dropped, removed, chains } = state;
    const present = presentChain(state);
    const oldest = batches === 0 ? undefined : present.after.sequence + 1;
    return {
      ...(present.last.sequence > 0 && { place: placeIn(present) }),
      batches,
      bytes,
      readings: present.last.readings - dropped - removed,
      readingsSealed: present.last.readings,
      readingsDropped: dropped,
      ...(oldest !== undefined && { oldest }),
      chainsBefore: chains.slice(0, -1).map((chain) => ({ ...placeIn(chain), after: chain.after.sequence })),
      commitsWaiting: waitingCommits(this.#sources.readings.log, state.commit),
    };
  }

  #present(): OutboxState {
    if (this.#state !== undefined) return this.#state;
    throw new GatewayError('input_invalid', 'no chain of telemetry was begun', {
      hint: 'begin it with `openTelemetry`',
    });
  }

  #sealed(state: OutboxState, draft: DraftedBatch, row: Omit<OutboxRow, 'crc'>): OutboxState {
    const chain = { ...presentChain(state), last: draft.last };
    return {
      ...withChain(state, chain),
      commit: draft.commit,
      commitReadings: readingsUpTo(this.#sources.readings.log, draft.commit),
      commitMs: draft.commitMs,
      gap: draft.gap,
      told: [...state.told, ...draft.told].slice(-toldMax),
      batches: state.batches + 1,
      bytes: state.bytes + bytesOfRow(row),
    };
  }

  /** Whether there was something to give up. */
  #giveUp(chainNumber: number, range: SequenceRange): boolean {
    const before = this.#present();
    this.#change(() => {
      const chain = before.chains.find(({ number }) => number === chainNumber);
      return chain === undefined ? before : this.#outbox.giveUp(before, chain, range);
    });
    return this.#state !== before;
  }

  #giveWay(mayGo: MayGo): { readonly batches: number; readonly remaining: boolean } {
    let given: GivenWay | undefined;
    this.#change(() => {
      given = giveWay({ outbox: this.#outbox, marks: this.#marks }, this.#present(), mayGo);
      return given.state;
    });
    return { batches: given?.batches ?? 0, remaining: given?.remaining === true };
  }

  /** In one transaction: all of it is on disk, and counts, or none of it. */
  #change(work: () => OutboxState): void {
    const before = this.#state;
    let after = before;
    transact(this.#connection, () => {
      after = work();
      if (after !== before) writeOutboxState(this.#marks, after);
    });
    this.#state = after;
  }
}

const emptyStatus: TelemetryStatus = {
  batches: 0,
  readings: 0,
  bytes: 0,
  readingsSealed: 0,
  readingsDropped: 0,
  chainsBefore: [],
  commitsWaiting: 0,
};

function placeIn({ epoch, last }: Chain): TelemetryPlace {
  return { epoch, sequence: last.sequence, head: last.head };
}

function chainOf({ chains }: OutboxState, epoch: string): Chain | undefined {
  return chains.find((chain) => chain.epoch === epoch);
}

function rowOf(
  { epoch, from, count, last, records }: DraftedBatch,
  chain: Chain,
  sealed: { readonly signature: string; readonly sealedMs: number },
): Omit<OutboxRow, 'crc'> {
  return {
    place: placeOf(chain.number, from),
    epoch,
    toRecord: last.sequence,
    count,
    readingsBefore: chain.last.readings,
    before: chain.last.head,
    head: last.head,
    ...sealed,
    body: encodeBatch(records),
  };
}

function notTheDraft(to: number): GatewayError {
  return new GatewayError('input_invalid', `the batch up to record ${to} is not the newest draft`, {
    hint: 'draft again, and sign that',
  });
}
