import { errorCodeOf } from '../../core/errors.ts';
import { decodeBatch, type BatchBody } from './batch-codec.ts';
import { noteChainGap, noteGapsAgain } from './chain-gaps.ts';
import { withChain, presentChain, type Chain, type ChainEnd, type OutboxState } from './outbox-state.ts';
import { isIntactRow, OutboxTable, placeOf, recordAt, type OutboxRow } from './outbox-table.ts';
import { chainHead } from './record-chain.ts';
import type { TelemetryEvents } from './telemetry-events.ts';

/** What a row takes besides its body. */
const rowBytes = 300;
/** Rows that are looked at together while a chain is mended. */
const mendRowsMax = 200;

/** A batch that is what was sealed. */
export interface SoundBatch {
  readonly row: OutboxRow;
  readonly body: BatchBody;
}

/**
 * The batches of the chains that are kept: they follow one another without a hole. One that is lost leaves an empty row
 * in its place, and a gap to be told. All that change something are to be called in a transaction, and answer where the
 * outbox stands then.
 */
export class Outbox {
  readonly #table: OutboxTable;
  readonly #events: TelemetryEvents;

  constructor(table: OutboxTable, events: TelemetryEvents) {
    this.#table = table;
    this.#events = events;
  }

  /** The first row that is kept, of the oldest chain; undefined when none is. As it stands: to be checked. */
  oldest({
    chains,
  }: OutboxState): { readonly chain: Chain; readonly row: OutboxRow | undefined } | undefined {
    const chain = chains.find(({ after, last }) => last.sequence > after.sequence);
    if (chain === undefined) return undefined;
    const place = placeOf(chain.number, chain.after.sequence + 1);
    const [row] = this.#table.page({
      fromPlace: place,
      toPlace: place + 1,
      isNewestFirst: false,
      rowsMax: 1,
    });
    return { chain, row };
  }

  /** Errors: `database_unreadable` when it is not what was sealed. */
  checked(row: OutboxRow | undefined): SoundBatch | undefined {
    if (row === undefined || !isIntactRow(row) || row.body.length === 0) return undefined;
    try {
      const body = decodeBatch(row.body);
      const isSound = chainHead(row.before, body.records) === row.head;
      return isSound && recordAt(row.place) + body.records.length - 1 === row.toRecord
        ? { row, body }
        : undefined;
    } catch (error) {
      if (errorCodeOf(error) !== 'database_unreadable') throw error;
      return undefined;
    }
  }

  /** Takes out the oldest row. `isLost`: somebody does not have it, so that it is told. */
  removeOldest(state: OutboxState, row: OutboxRow, isLost: boolean): OutboxState {
    const chain = state.chains.find(({ epoch }) => epoch === row.epoch);
    if (chain === undefined) return state;
    const { toRecord, before, head, count, place } = row;
    this.#table.remove(place, place + 1);
    const isEmpty = row.body.length === 0;
    if (isLost && !isEmpty) {
      this.#noteGap(
        state,
        chain,
        { from: recordAt(place), to: toRecord, before, head, readings: count },
        'quota',
      );
      noteGapsAgain(this.#events, decodeBatch(row.body).records, state.commit);
    }
    const after = { sequence: toRecord, head, readings: row.readingsBefore + count };
    const moved = withoutEnded(withChain(state, { ...chain, after }));
    if (isEmpty) return moved;
    const freed = { ...moved, batches: state.batches - 1, bytes: state.bytes - bytesOfRow(row) };
    return isLost
      ? { ...freed, dropped: state.dropped + count }
      : { ...freed, removed: state.removed + count };
  }

  /** Fills the holes of a chain with empty rows: where rows are missing, damaged, or do not follow one another. */
  mend(state: OutboxState, chain: Chain): OutboxState {
    let mended = state;
    let end = chain.after;
    const limit = placeOf(chain.number, chain.last.sequence + 1);
    this.#table.remove(placeOf(chain.number, 0), placeOf(chain.number, end.sequence + 1));
    this.#table.remove(limit, placeOf(chain.number + 1, 0));
    while (end.sequence < chain.last.sequence) {
      const next = this.#nextSound(chain, end);
      if (next === undefined) return this.#fill(mended, chain, end, chain.last);
      if (recordAt(next.place) > end.sequence + 1) mended = this.#fill(mended, chain, end, startOf(next));
      end = endOf(next);
    }
    return mended;
  }

  /** Puts an empty row over what was found damaged at that place, and its damaged neighbours. */
  giveUp(state: OutboxState, chain: Chain, place: number): OutboxState {
    const before = this.#soundBefore(chain, place) ?? chain.after;
    const next = this.#nextSound(chain, before);
    return this.#fill(state, chain, before, next === undefined ? chain.last : startOf(next));
  }

  /** The first row after that end that is sound, or empty on purpose, and may follow. */
  #nextSound(chain: Chain, end: ChainEnd): OutboxRow | undefined {
    const toPlace = placeOf(chain.number, chain.last.sequence + 1);
    let fromPlace = placeOf(chain.number, end.sequence + 1);
    for (let isMore = true; isMore;) {
      isMore = false;
      // Read as a whole: rows are changed between two pages.
      const rows = [...this.#table.page({ fromPlace, toPlace, isNewestFirst: false, rowsMax: mendRowsMax })];
      for (const row of rows) {
        isMore = rows.length === mendRowsMax;
        fromPlace = row.place + 1;
        if (this.#mayFollow(row, chain, end)) return row;
      }
    }
    return undefined;
  }

  #mayFollow(row: OutboxRow, chain: Chain, end: ChainEnd): boolean {
    if (!this.#isSound(row) || row.epoch !== chain.epoch) return false;
    const isNext = recordAt(row.place) === end.sequence + 1;
    return !isNext || (row.before === end.head && row.readingsBefore === end.readings);
  }

  #isSound(row: OutboxRow): boolean {
    return row.body.length === 0 ? isIntactRow(row) : this.checked(row) !== undefined;
  }

  #soundBefore(chain: Chain, place: number): ChainEnd | undefined {
    const fromPlace = placeOf(chain.number, chain.after.sequence + 1);
    let toPlace = place;
    for (;;) {
      const [row] = [...this.#table.page({ fromPlace, toPlace, isNewestFirst: true, rowsMax: 1 })];
      if (row === undefined) return undefined;
      if (this.#isSound(row)) return endOf(row);
      toPlace = row.place;
    }
  }

  /** One empty row from after that end to before that one. */
  #fill(state: OutboxState, chain: Chain, end: ChainEnd, next: ChainEnd): OutboxState {
    const fromPlace = placeOf(chain.number, end.sequence + 1);
    const toPlace = placeOf(chain.number, next.sequence + 1);
    const rows = [...this.#table.page({ fromPlace, toPlace, isNewestFirst: false, rowsMax: next.sequence })];
    this.#table.remove(fromPlace, toPlace);
    const count = next.readings - end.readings;
    const { epoch } = chain;
    const hashes = { before: end.head, head: next.head };
    this.#table.add({
      place: fromPlace,
      epoch,
      toRecord: next.sequence,
      count,
      readingsBefore: end.readings,
      ...hashes,
      signature: '',
      sealedMs: 0,
      body: Buffer.alloc(0),
    });
    const span = { from: end.sequence + 1, to: next.sequence };
    this.#noteGap(state, chain, { ...span, ...hashes, readings: count }, 'damage');
    return { ...state, dropped: state.dropped + count, ...this.#withoutRows(state, rows) };
  }

  #withoutRows(
    { batches, bytes }: OutboxState,
    rows: readonly OutboxRow[],
  ): Pick<OutboxState, 'batches' | 'bytes'> {
    const taken = rows.filter(({ body }) => body.length > 0);
    const freed = taken.reduce((sum, row) => sum + bytesOfRow(row), 0);
    return { batches: Math.max(0, batches - taken.length), bytes: Math.max(0, bytes - freed) };
  }

  #noteGap(
    state: OutboxState,
    chain: Chain,
    gap: { from: number; to: number; before: string; head: string; readings: number },
    reason: 'quota' | 'damage',
  ): void {
    const isBefore = chain.number !== presentChain(state).number;
    const told = { reason, ...(isBefore && { epoch: chain.epoch }), ...gap };
    noteChainGap(this.#events, told, state.commit);
  }
}

export function bytesOfRow({ body }: Pick<OutboxRow, 'body'>): number {
  return body.length + rowBytes;
}

function endOf({ toRecord, head, readingsBefore, count }: OutboxRow): ChainEnd {
  return { sequence: toRecord, head, readings: readingsBefore + count };
}

/** What must stand before the row. */
function startOf({ place, before, readingsBefore }: OutboxRow): ChainEnd {
  return { sequence: recordAt(place) - 1, head: before, readings: readingsBefore };
}

/** Chains before of which nothing is left are named by the first record of the present one, once that is sealed. */
function withoutEnded(state: OutboxState): OutboxState {
  const present = presentChain(state);
  if (present.last.sequence === 0) return state;
  const chains = state.chains.filter(
    ({ number, after, last }) => number === present.number || last.sequence > after.sequence,
  );
  return { ...state, chains: chains as unknown as OutboxState['chains'] };
}
