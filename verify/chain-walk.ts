import type { BatchRow } from './batch-table.ts';
import type { ChainPlace, DeclaredGap, GapSpan } from './batch.ts';
import type { Chain } from './chain.ts';
import type { Fault, FaultReason, Place } from './fault.ts';
import type { PublicKey } from './public-key.ts';
import { RecordSpans, type RecordSpan } from './record-spans.ts';
import { isSigned } from './signature.ts';
import type { ChainVerdict, GapVerdict } from './verdict.ts';

/** What a chain must hold. */
export interface ChainDemand {
  /** Signs it; absent where nobody does, which has been accepted. */
  readonly key?: PublicKey;
  readonly algorithm: string;
  /** First record, and last one where it is known. */
  readonly from: number;
  readonly to?: number;
  /** Places that others name: the next chain, an acknowledgement. */
  readonly places: readonly (ChainPlace & { readonly namedBy: FaultReason })[];
  readonly checksTwice: boolean;
}

const noHash = Buffer.alloc(32);

/** Holds the batches of a chain against each other, from its first to its last. */
export class ChainWalk {
  /** What its authentic batches declare. */
  readonly gaps: readonly DeclaredGap[];
  readonly #chain: Chain;
  readonly #demand: ChainDemand;
  readonly #faults: Fault[];
  readonly #order: readonly number[];
  readonly #spoiled: readonly RecordSpan[];
  /** Spoiled batches show that there are records before them. */
  readonly #namedMax: number;
  #held = new RecordSpans([]);
  #duplicates = 0;
  #last: BatchRow | undefined;
  #next: number;
  #from = 0;
  #lastCommit = 0;
  #readings = 0;
  #fromMs = Infinity;
  #toMs = -Infinity;

  constructor(chain: Chain, demand: ChainDemand) {
    this.#chain = chain;
    this.#demand = demand;
    this.#faults = [...chain.faults];
    this.#next = demand.from;
    const spoiled = [...chain.spoiled];
    this.#order = this.#authentic(spoiled);
    this.#spoiled = spoiled;
    const rows = new Set(this.#order);
    this.gaps = chain.gaps.filter(({ row }) => rows.has(row)).map(({ gap }) => gap);
    const end = demand.to ?? Infinity;
    this.#namedMax = spoiled.reduce((max, { from }) => Math.max(max, Math.min(from - 1, end)), 0);
  }

  /** Once, with what chains after it declare of this one. */
  walk(declaredLater: readonly GapSpan[]): ChainVerdict {
    const own = this.gaps.flatMap(({ record, span }) =>
      span === undefined || span.epoch !== undefined ? [] : [{ ...span, record }],
    );
    this.#held = new RecordSpans([...own, ...declaredLater, ...this.#spoiled]);
    for (const index of this.#order) this.#take(this.#chain.table.row(index));
    const { to = 0, places } = this.#demand;
    const lastMin = Math.max(to, this.#namedMax, ...places.map(({ sequence }) => sequence));
    if (this.#next <= lastMin) this.#miss(lastMin);
    for (const place of places) this.#checkPlace(place);
    this.#checkGaps(own, declaredLater);
    const { gateway, epoch, table } = this.#chain;
    return {
      gateway,
      epoch,
      from: this.#from,
      to: this.#last?.to ?? 0,
      head: (this.#last?.head ?? noHash).toString('hex'),
      batches: table.length,
      duplicates: this.#duplicates,
      readings: this.#readings,
      fromMs: finiteOf(this.#fromMs),
      toMs: finiteOf(this.#toMs),
      gaps: gapsOf(this.gaps),
      faults: this.#faults.toSorted(byRecord),
    };
  }

  /** Rows that the gateway has signed, each once, by their first record; the others are spoiled. */
  #authentic(spoiled: RecordSpan[]): readonly number[] {
    const { from, to = Infinity } = this.#demand;
    const order: number[] = [];
    let last: BatchRow | undefined;
    for (const index of this.#chain.table.order()) {
      const row = this.#chain.table.row(index);
      if (row.to < from || row.from > to) continue;
      if (last !== undefined && isSame(row, last) && row.signature.equals(last.signature)) {
        this.#duplicates += 1;
      } else if (this.#isAuthentic(row)) {
        order.push(index);
        last = row;
      } else spoiled.push(row);
    }
    return order;
  }

  #isAuthentic(row: BatchRow): boolean {
    const { key, algorithm, checksTwice } = this.#demand;
    const { gateway, epoch } = this.#chain;
    if (row.algorithm !== algorithm) {
      this.#fault('algorithm', row, `is of ${row.algorithm}, and the gateway signs with ${algorithm}`);
      return false;
    }
    if (key === undefined || isSigned({ ...row, gateway, epoch }, row.signature, key, checksTwice))
      return true;
    this.#fault('signature', row, 'its signature is not of the gateway');
    return false;
  }

  #take(row: BatchRow): void {
    const last = this.#last;
    if (last !== undefined && row.from <= last.to) {
      this.#duplicates += 1;
      if (isSame(row, last)) return;
      const { file, line } = last.place;
      const others = `records ${last.from} to ${last.to} of ${file}:${line}`;
      this.#fault('disagreement', row, `says otherwise than ${others}`);
      return;
    }
    if (row.from > this.#next) this.#miss(row.from - 1, row.place);
    const before = row.from === 1 ? noHash : last?.to === row.from - 1 ? last.head : row.before;
    if (!row.before.equals(before)) this.#fault('link', row, 'does not follow the record before it');
    if (row.firstCommit > 0 && row.firstCommit <= this.#lastCommit) {
      this.#fault('numbering', row, 'its commit does not follow the one before');
    }
    this.#lastCommit = Math.max(this.#lastCommit, row.lastCommit);
    this.#last = row;
    this.#next = row.to + 1;
    this.#from ||= row.from;
    this.#readings += row.count;
    this.#fromMs = Math.min(this.#fromMs, row.firstMs);
    this.#toMs = Math.max(this.#toMs, row.lastMs);
  }

  /** The records from the next one to that one are not there: each must be declared gone. */
  #miss(to: number, place?: Place): void {
    const missing = this.#held.firstOutside({ from: this.#next, to });
    if (missing === undefined) return;
    const message = `records ${missing.from} to ${missing.to} are missing, and not declared`;
    this.#fault('missing', { from: missing.from, ...(place !== undefined && { place }) }, message);
  }

  #checkPlace({ sequence, head, namedBy }: ChainDemand['places'][number]): void {
    if (sequence < this.#demand.from || sequence > (this.#last?.to ?? 0)) return;
    const known = this.#headAt(sequence);
    const isHeld =
      known === undefined && this.#held.firstOutside({ from: sequence, to: sequence }) === undefined;
    if (isHeld || known?.equals(Buffer.from(head, 'hex')) === true) return;
    const who = namedBy === 'previous' ? 'the chain after it' : 'the acknowledgement';
    this.#fault(namedBy, { from: sequence }, `${who} names another head`);
  }

  /** What a gap says of the records around it must be so. */
  #checkGaps(own: readonly (GapSpan & { readonly record: number })[], later: readonly GapSpan[]): void {
    const isWrong = (sequence: number, head: string): boolean =>
      (this.#headAt(sequence)?.toString('hex') ?? head) !== head;
    for (const span of [...own, ...later.map((gap) => ({ ...gap, record: gap.from }))]) {
      if (isWrong(span.from - 1, span.before) || isWrong(span.to, span.head)) {
        this.#fault(
          'gap',
          { from: span.record },
          'declares records gone, and names other hashes around them',
        );
      }
    }
  }

  /** Hash of a record that ends a batch, or stands before one; undefined of others. */
  #headAt(sequence: number): Buffer | undefined {
    if (sequence === 0) return noHash;
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rowAt(middle).from <= sequence) low = middle + 1;
      else high = middle;
    }
    const holds = low > 0 ? this.#rowAt(low - 1) : undefined;
    if (holds?.to === sequence) return holds.head;
    const after = low < this.#order.length ? this.#rowAt(low) : undefined;
    return after?.from === sequence + 1 ? after.before : undefined;
  }

  #rowAt(position: number): BatchRow {
    return this.#chain.table.row(this.#order[position] ?? 0);
  }

  #fault(reason: FaultReason, at: { readonly from: number; readonly place?: Place }, message: string): void {
    const { gateway, epoch } = this.#chain;
    const { place } = at;
    this.#faults.push({
      reason,
      message,
      gateway,
      epoch,
      record: at.from,
      ...(place !== undefined && { place }),
    });
  }
}

function finiteOf(atMs: number): number | null {
  return Number.isFinite(atMs) ? atMs : null;
}

/** What does not say which record it is stands behind what does. */
function byRecord(one: Fault, other: Fault): number {
  return (one.record ?? Number.MAX_VALUE) - (other.record ?? Number.MAX_VALUE);
}

function isSame(one: BatchRow, other: BatchRow): boolean {
  return (
    one.from === other.from &&
    one.to === other.to &&
    one.count === other.count &&
    one.before.equals(other.before) &&
    one.head.equals(other.head)
  );
}

/** What was last said of each. */
function gapsOf(declared: readonly DeclaredGap[]): readonly GapVerdict[] {
  const gaps = new Map<string, DeclaredGap>();
  for (const gap of declared) {
    if ((gaps.get(gap.name)?.record ?? 0) <= gap.record) gaps.set(gap.name, gap);
  }
  return [...gaps.values()]
    .toSorted((one, other) => one.record - other.record)
    .map(({ record, reason, readings }) => ({ record, reason, readings }));
}
