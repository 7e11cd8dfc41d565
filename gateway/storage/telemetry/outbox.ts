import { errorCodeOf } from '../../core/errors.ts';
import type { SequenceRange } from '../telemetry-calls.ts';
import { decodeBatch, type BatchBody } from './batch-codec.ts';
import { noteChainGap, noteGapsAgain } from './chain-gaps.ts';
import { withChain, presentChain, type Chain, type ChainEnd, type OutboxState } from './outbox-state.ts';
import type { OutboxTable } from './outbox-table.ts';
import { bytesOfRow, isIntactRow, placeOf, recordAt, type OutboxRow } from './outbox-table.ts';
import { chainHead } from './record-chain.ts';
import type { TelemetryEvents } from './telemetry-events.ts';

/** Rows that are looked at together while a chain is mended. */
const mendRowsMax = 200;

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

  /** All rows that are what was written, of all chains, oldest first. */
  *soundRows(): Generator<OutboxRow> {
    for (let fromPlace = 0, isMore = true; isMore;) {
      const rows = this.#table.page({
        fromPlace,
        toPlace: Infinity,
        isNewestFirst: false,
        rowsMax: mendRowsMax,
      });
      isMore = rows.length === mendRowsMax;
      fromPlace = (rows.at(-1)?.place ?? 0) + 1;
      yield* rows.filter(isSoundRow);
    }
  }

  /** As it is counted. */
  kept(): { readonly batches: number; readonly bytes: number } {
    return this.#table.kept();
  }

  /** Where a chain of that number begins there may be no rows: of a file that was put together of what was left of it. */
  clear(number: number): void {
    this.#table.remove(placeOf(number, 0), placeOf(number + 1, 0));
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

  /** Fills the holes of a chain with empty rows, and clears what is beyond its ends. */
  mend(state: OutboxState, chain: Chain): OutboxState {
    const { number, after, last } = chain;
    this.#table.remove(placeOf(number, 0), placeOf(number, after.sequence + 1));
    this.#table.remove(placeOf(number, last.sequence + 1), placeOf(number + 1, 0));
    return this.giveUp(state, chain, [after.sequence + 1, last.sequence]);
  }

  /**
   * Puts empty rows where, among these records, rows are missing, damaged, or do not follow one another, and over their
   * damaged neighbours.
   */
  giveUp(state: OutboxState, chain: Chain, [from, to]: SequenceRange): OutboxState {
    let given = state;
    let end = this.#soundBefore(chain, from) ?? chain.after;
    while (end.sequence < to) {
      const next = this.#nextSound(chain, end);
      const nextStart = next === undefined ? chain.last : startOf(next);
      if (nextStart.sequence > end.sequence) given = this.#fill(given, chain, end, nextStart);
      if (next === undefined) return given;
      end = endOf(next);
    }
    return given;
  }

  /** The first row after that end that is sound, or empty on purpose, and may follow. */
  #nextSound(chain: Chain, end: ChainEnd): OutboxRow | undefined {
    const toPlace = placeOf(chain.number, chain.last.sequence + 1);
    let fromPlace = placeOf(chain.number, end.sequence + 1);
    for (let isMore = true; isMore;) {
      isMore = false;
      // Read as a whole: rows are changed between two pages.
      const rows = this.#table.page({ fromPlace, toPlace, isNewestFirst: false, rowsMax: mendRowsMax });
      for (const row of rows) {
        isMore = rows.length === mendRowsMax;
        fromPlace = row.place + 1;
        if (this.#mayFollow(row, chain, end)) return row;
      }
    }
    return undefined;
  }

  #mayFollow(row: OutboxRow, chain: Chain, end: ChainEnd): boolean {
    if (!isSoundRow(row) || row.epoch !== chain.epoch) return false;
    const isNext = recordAt(row.place) === end.sequence + 1;
    return !isNext || (row.before === end.head && row.readingsBefore === end.readings);
  }

  /** The end of the last sound row that begins before that record. */
  #soundBefore(chain: Chain, record: number): ChainEnd | undefined {
    const fromPlace = placeOf(chain.number, chain.after.sequence + 1);
    let toPlace = placeOf(chain.number, record);
    for (;;) {
      const [row] = this.#table.page({ fromPlace, toPlace, isNewestFirst: true, rowsMax: 1 });
      if (row === undefined) return undefined;
      if (isSoundRow(row)) return endOf(row);
      toPlace = row.place;
    }
  }

  /** One empty row from after that end to before that one. */
  #fill(state: OutboxState, chain: Chain, end: ChainEnd, next: ChainEnd): OutboxState {
    const fromPlace = placeOf(chain.number, end.sequence + 1);
    const toPlace = placeOf(chain.number, next.sequence + 1);
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
    // Which gaps it told of is not known: all are told again, which changes nothing.
    for (const told of state.told) this.#events.add(told, state.commit);
    const again = { gap: { number: 0, fromMs: null, toMs: null, readings: null }, told: [] };
    return { ...state, ...again, dropped: state.dropped + count, ...this.#table.kept() };
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

/** What is in it, when it is what was sealed; undefined when it is damaged, or empty. */
export function soundBody(row: OutboxRow): BatchBody | undefined {
  if (!isIntactRow(row) || row.body.length === 0) return undefined;
  try {
    const body = decodeBatch(row.body);
    const isSealed = chainHead(row.before, body.records) === row.head;
    return isSealed && recordAt(row.place) + body.records.length - 1 === row.toRecord ? body : undefined;
  } catch (error) {
    if (errorCodeOf(error) !== 'database_unreadable') throw error;
    return undefined;
  }
}

/** Whether it is what was sealed, or is empty on purpose. */
export function isSoundRow(row: OutboxRow): boolean {
  return row.body.length === 0 ? isIntactRow(row) : soundBody(row) !== undefined;
}

export function endOf({ toRecord, head, readingsBefore, count }: OutboxRow): ChainEnd {
  return { sequence: toRecord, head, readings: readingsBefore + count };
}

/** What must stand before the row. */
export function startOf({ place, before, readingsBefore }: OutboxRow): ChainEnd {
  return { sequence: recordAt(place) - 1, head: before, readings: readingsBefore };
}

/** Chains before of which nothing is left are named by the first record of the present one, once that is sealed. */
function withoutEnded(state: OutboxState): OutboxState {
  const present = presentChain(state);
  if (present.last.sequence === 0) return state;
  const chains = state.chains.filter(
    ({ number, after, last }) => number === present.number || last.sequence > after.sequence,
  );
  return { ...state, chains };
}
