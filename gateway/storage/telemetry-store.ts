import { GatewayError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import type { MarkStore } from './mark-store.ts';
import type {
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
import { beginChain } from './telemetry/begin-chain.ts';
import {
  draftBatch,
  type DraftBounds,
  type DraftedBatch,
  type DraftSources,
} from './telemetry/draft-batch.ts';
import { bytesOfRow, Outbox } from './telemetry/outbox.ts';
import { presentChain, readOutboxState, withChain, writeOutboxState } from './telemetry/outbox-state.ts';
import type { Chain, OutboxState } from './telemetry/outbox-state.ts';
import { OutboxTable, placeOf, recordAt, type OutboxRow } from './telemetry/outbox-table.ts';
import { TelemetryEvents } from './telemetry/telemetry-events.ts';
import { leftCommits, readingsUpTo, waitingCommits } from './telemetry/unsealed-commits.ts';
import { hasRecords, readUplinkMark, writeUplinkMark } from './telemetry/uplink-marks.ts';
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

/** Batches that one call of pruning takes out, and that one step of making room does. */
const pruneBatchesMax = 200;

/** What was committed, as chained batches of canonical records, made from the log (docs/cloud-protocol.md). */
export class TelemetryStore {
  readonly #parts: TelemetryParts;
  readonly #events: TelemetryEvents;
  readonly #table: OutboxTable;
  readonly #outbox: Outbox;
  #state: OutboxState | undefined;
  #draft: DraftedBatch | undefined;

  /** Errors: `database_unreadable`. */
  constructor(parts: TelemetryParts) {
    this.#parts = parts;
    this.#events = new TelemetryEvents(parts.connection);
    this.#table = new OutboxTable(parts.connection);
    this.#outbox = new Outbox(this.#table, this.#events);
    this.#state = readOutboxState(parts.marks);
  }

  /** Goes on with the chain, or begins one. */
  open(start: TelemetryStart): TelemetryPlace {
    const { epoch: database } = this.#parts.readings;
    const state = this.#state;
    if (state === undefined) this.#begin(start);
    else if (state.database !== database || !isSameGateway(state.start, start))
      this.#beginAgain(state, start);
    else this.#noteUnsealed(state, 'off');
    return this.#place();
  }

  /** Goes on as it was begun, where the connection is another one. */
  reopen(): void {
    const { start, database } = this.#present();
    if (database === this.#parts.readings.epoch) this.hold();
    else this.open(start);
  }

  /** What is not sealed stays in the log from now on. */
  hold(): void {
    this.#parts.readings.log.hold(this.#present().commit);
  }

  noteEvent(event: TelemetryEvent): void {
    this.#events.add({ ...event }, this.#parts.readings.lastCommit);
  }

  draft(bounds: DraftBounds): TelemetryDraft | undefined {
    this.#noteUnsealed(this.#present(), 'unsealed');
    const draft = draftBatch({ ...this.#parts, events: this.#events }, this.#present(), bounds);
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

  batches({
    after,
    before = Infinity,
    isNewestFirst = false,
    ...query
  }: TelemetryQuery): readonly TelemetryBatch[] {
    const state = this.#present();
    const chain = query.epoch === undefined ? presentChain(state) : chainOf(state, query.epoch);
    if (chain === undefined) return [];
    const fromPlace = placeOf(chain.number, Math.max(after, chain.after.sequence) + 1);
    const toPlace = placeOf(chain.number, Math.min(before, chain.last.sequence + 1));
    const rows = this.#table.page({ fromPlace, toPlace, isNewestFirst, rowsMax: query.batchesMax });
    const answer: TelemetryBatch[] = [];
    const damaged: number[] = [];
    let bytes = 0;
    for (const row of rows) {
      if (row.toRecord >= before || row.body.length === 0) continue;
      const sound = this.#outbox.checked(row);
      if (sound === undefined) {
        damaged.push(row.place);
        continue;
      }
      bytes += sound.body.list.length;
      if (answer.length > 0 && bytes > query.bytesMax) break;
      answer.push(batchOf(row, sound.body.list));
    }
    for (const place of damaged) this.#giveUp(place);
    return answer;
  }

  getUplinkMark(uplink: string, epoch?: string): UplinkMark | undefined {
    const state = this.#state;
    if (state === undefined) return undefined;
    return readUplinkMark(this.#parts.marks, uplink, epoch ?? presentChain(state).epoch);
  }

  putUplinkMark(uplink: string, mark: UplinkMark): void {
    writeUplinkMark(this.#parts.marks, uplink, mark);
  }

  prune(
    nowMs: number,
    { uplinks, keptMs, bytesMax }: TelemetryRetention,
  ): { readonly batches: number; readonly remaining: boolean } {
    const present = this.#present();
    if (present.uplinks.join('\n') !== uplinks.join('\n')) this.#change(() => ({ ...present, uplinks }));
    return this.#remove((row, isHad, { bytes }) => {
      const isOver = bytes > bytesMax;
      return isOver || (isHad && nowMs - row.sealedMs >= keptMs);
    });
  }

  /**
   * A step of making room: what everybody has goes first, and the rest only when nothing else is left. Answers whether
   * there was anything.
   */
  shed(which: 'arrived' | 'all'): boolean {
    if (this.#state === undefined) return false;
    return this.#remove((_, isHad) => isHad || which === 'all').batches > 0;
  }

  status(): TelemetryStatus {
    const state = this.#state;
    if (state === undefined) return emptyStatus;
    const { batches, bytes, dropped, removed, chains } = state;
    const present = presentChain(state);
    const oldest = batches === 0 ? undefined : present.after.sequence + 1;
    return {
      ...(present.last.sequence > 0 && { place: this.#place() }),
      batches,
      bytes,
      readings: present.last.readings - dropped - removed,
      readingsSealed: present.last.readings,
      readingsDropped: dropped,
      ...(oldest !== undefined && { oldest }),
      chainsBefore: chains.slice(0, -1).map(({ epoch, after, last }) => ({
        epoch,
        after: after.sequence,
        sequence: last.sequence,
        head: last.head,
      })),
      commitsWaiting: waitingCommits(this.#parts.readings.log, state.commit),
    };
  }

  #place(): TelemetryPlace {
    const { epoch, last } = presentChain(this.#present());
    return { epoch, sequence: last.sequence, head: last.head };
  }

  #present(): OutboxState {
    if (this.#state !== undefined) return this.#state;
    throw new GatewayError('input_invalid', 'no chain of telemetry was begun', {
      hint: 'begin it with `openTelemetry`',
    });
  }

  /** The first one takes what is in the log; what is older was never meant to be sent. */
  #begin(start: TelemetryStart): void {
    const { readings, gaps } = this.#parts;
    this.#change(() => {
      const state = beginChain(undefined, {
        start,
        database: readings.epoch,
        commit: 0,
        commitReadings: 0,
        gap: { number: gaps.lastNumber, fromMs: null, toMs: null, readings: null },
      });
      return this.#withoutLeft(state, 'off');
    });
    this.hold();
  }

  /** The database is another one, or the gateway has another key: a new chain, which names the one before. */
  #beginAgain(before: OutboxState, start: TelemetryStart): void {
    const { readings } = this.#parts;
    const { epoch: database, lastCommit } = readings;
    this.#change(() => {
      let state = before;
      if (before.database !== database)
        for (const chain of before.chains) state = this.#outbox.mend(state, chain);
      const commit = Math.min(before.commit, lastCommit);
      const { commitReadings, gap } = before;
      return this.#withoutLeft(beginChain(state, { start, database, commit, commitReadings, gap }), 'off');
    });
    this.hold();
  }

  #noteUnsealed(state: OutboxState, reason: 'off' | 'unsealed'): void {
    const left = leftCommits(this.#parts.readings, state.commit);
    if (left !== undefined) this.#change(() => this.#withoutLeft(state, reason));
    this.hold();
  }

  /** Notes what has left the log unsealed. */
  #withoutLeft(state: OutboxState, reason: 'off' | 'unsealed'): OutboxState {
    const left = leftCommits(this.#parts.readings, state.commit);
    if (left === undefined) return state;
    const { commit, commitReadings, toMs } = left;
    const readings = commitReadings - state.commitReadings;
    // Of commits whose numbers alone are missing a salvaging has told.
    if (readings > 0)
      this.#events.add({ kind: 'gap', reason, fromMs: state.commitMs, toMs, readings }, state.commit);
    return { ...state, commit, commitReadings };
  }

  #sealed(state: OutboxState, draft: DraftedBatch, row: Omit<OutboxRow, 'crc'>): OutboxState {
    const chain = { ...presentChain(state), last: draft.last };
    return {
      ...withChain(state, chain),
      commit: draft.commit,
      commitReadings: readingsUpTo(this.#parts.readings.log, draft.commit),
      commitMs: draft.commitMs,
      gap: draft.gap,
      batches: state.batches + 1,
      bytes: state.bytes + bytesOfRow(row),
    };
  }

  #giveUp(place: number): void {
    this.#change(() => {
      const state = this.#present();
      const chain = state.chains.find(({ number }) => number === Math.floor(place / placeOf(1, 0)));
      const [row] = [
        ...this.#table.page({ fromPlace: place, toPlace: place + 1, isNewestFirst: false, rowsMax: 1 }),
      ];
      // An empty row stands over it already, when its neighbour was damaged as well.
      const isGone = row === undefined || row.body.length === 0;
      return chain === undefined || isGone ? state : this.#outbox.giveUp(state, chain, place);
    });
  }

  /** Takes out the oldest rows as long as they may go. */
  #remove(mayGo: (row: OutboxRow, isHad: boolean, state: OutboxState) => boolean): {
    readonly batches: number;
    readonly remaining: boolean;
  } {
    let batches = 0;
    let remaining = true;
    this.#change(() => {
      let state = this.#present();
      while (batches < pruneBatchesMax) {
        const oldest = this.#outbox.oldest(state);
        if (oldest === undefined) break;
        const { chain, row } = oldest;
        const place = placeOf(chain.number, chain.after.sequence + 1);
        if (row === undefined || (row.body.length > 0 && this.#outbox.checked(row) === undefined)) {
          state = this.#outbox.giveUp(state, chain, place);
          continue;
        }
        const isHad = row.body.length === 0 || this.#isHad(state, row);
        if (row.body.length > 0 && !mayGo(row, isHad, state)) {
          remaining = false;
          return state;
        }
        state = this.#outbox.removeOldest(state, row, !isHad);
        batches += 1;
      }
      remaining = batches >= pruneBatchesMax;
      return state;
    });
    return { batches, remaining };
  }

  #isHad({ uplinks }: OutboxState, { epoch, place, toRecord }: OutboxRow): boolean {
    const { marks } = this.#parts;
    return uplinks.every((uplink) =>
      hasRecords(readUplinkMark(marks, uplink, epoch), recordAt(place), toRecord),
    );
  }

  /** In one transaction: all of it is on disk, and counts, or none of it. */
  #change(work: () => OutboxState): void {
    const before = this.#state;
    let after = before;
    transact(this.#parts.connection, () => {
      after = work();
      if (after !== before) writeOutboxState(this.#parts.marks, after);
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

function isSameGateway(one: TelemetryStart, other: TelemetryStart): boolean {
  return (
    one.gateway === other.gateway && one.publicKey === other.publicKey && one.algorithm === other.algorithm
  );
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

function batchOf(
  { epoch, place, toRecord, count, before, head, signature, sealedMs }: OutboxRow,
  records: Uint8Array<ArrayBuffer>,
): TelemetryBatch {
  return { epoch, from: recordAt(place), to: toRecord, count, before, head, signature, sealedMs, records };
}

function notTheDraft(to: number): GatewayError {
  return new GatewayError('input_invalid', `the batch up to record ${to} is not the newest draft`, {
    hint: 'draft again, and sign that',
  });
}
