import { canonicalJson, type JsonValue } from '../../core/canonical-json.ts';
import { limits } from '../../core/limits.ts';
import type { SeriesKey } from '../../core/reading.ts';
import type { GapStore } from '../gap-store.ts';
import type { ReadingStore } from '../reading-store.ts';
import type { SeriesStore } from '../series-store.ts';
import type { StagedCommit } from '../staged-log.ts';
import type { Gap } from '../store-calls.ts';
import type { TelemetryCalls } from '../telemetry-calls.ts';
import { presentChain, type ChainEnd, type OutboxState, type SaidGap } from './outbox-state.ts';
import { readingsRecord } from './readings-record.ts';
import { chainHead } from './record-chain.ts';
import { isGapRecord } from './chain-gaps.ts';
import type { TelemetryEvents } from './telemetry-events.ts';

export interface DraftSources {
  readonly readings: ReadingStore;
  readonly series: SeriesStore;
  readonly gaps: GapStore;
  readonly events: TelemetryEvents;
}

export type DraftBounds = Parameters<TelemetryCalls['draftTelemetry']>[0];

/** A batch that is not sealed, and where the outbox stands once it is. */
export interface DraftedBatch {
  readonly epoch: string;
  readonly from: number;
  /** Canonical JSON of each. */
  readonly records: readonly string[];
  readonly count: number;
  readonly last: ChainEnd;
  readonly commit: number;
  readonly commitMs: number | null;
  readonly gap: SaidGap;
  /** Of what waited besides readings, the last that is in it; 0: nothing. */
  readonly toEvent: number;
  /** Of that, gaps. */
  readonly told: readonly string[];
  readonly remaining: boolean;
}

/** What waits of each kind that one batch takes, besides commits. */
const tellingsMax = 100;

/**
 * The next batch: how the chain began, gaps of the store that are new or grew, and then commits, each after what was
 * noted before it. undefined when nothing waits. Errors: `database_unreadable`.
 */
export function draftBatch(
  sources: DraftSources,
  state: OutboxState,
  bounds: DraftBounds,
): DraftedBatch | undefined {
  const drafting = new Drafting(sources, state, bounds);
  drafting.tellStart();
  drafting.tellGaps();
  drafting.tellRest();
  return drafting.end();
}

class Drafting {
  readonly #sources: DraftSources;
  readonly #state: OutboxState;
  readonly #bounds: DraftBounds;
  readonly #records: string[] = [];
  #bytes = 0;
  #count = 0;
  #commit: number;
  #firstMs: number | undefined;
  #commitMs: number | null;
  #gap: SaidGap;
  #toEvent = 0;
  readonly #told: string[] = [];
  #remaining = false;

  constructor(sources: DraftSources, state: OutboxState, bounds: DraftBounds) {
    this.#sources = sources;
    this.#state = state;
    this.#bounds = bounds;
    this.#commit = state.commit;
    this.#commitMs = state.commitMs;
    this.#gap = state.gap;
  }

  tellStart(): void {
    if (presentChain(this.#state).last.sequence === 0) this.#add(canonicalJson(epochRecord(this.#state)));
  }

  tellGaps(): void {
    const said = this.#state.gap;
    const gaps = this.#sources.gaps.from(said.number, tellingsMax + 1);
    for (const gap of gaps.slice(0, tellingsMax)) {
      if (isSame(gap, said)) continue;
      this.#add(canonicalJson(gapRecord(gap)));
      const { number, fromMs, toMs, readings } = gap;
      this.#gap = { number, fromMs, toMs, readings };
    }
    this.#remaining = gaps.length > tellingsMax;
  }

  /** Commits, each after what was noted before it; what was noted after the last one ends the batch. */
  tellRest(): void {
    const waiting = this.#sources.events.list(tellingsMax + 1);
    const events = waiting.slice(0, tellingsMax);
    let at = 0;
    const tellEventsBefore = (commit: number): void => {
      for (let event = events[at]; event !== undefined && event.afterCommit < commit; event = events[at]) {
        this.#add(event.record);
        if (isGapRecord(event.record)) this.#told.push(event.record);
        this.#toEvent = event.number;
        at += 1;
      }
    };
    for (const staged of this.#sources.readings.log.commits) {
      if (staged.commit <= this.#state.commit) continue;
      // Its readings may come to lie anywhere.
      if (staged.offsetMs === null) break;
      tellEventsBefore(staged.commit);
      const isCut = at === events.length && waiting.length > events.length;
      const record = this.#recordOf(staged);
      this.#remaining ||= isCut || this.#isBeyond(staged, record);
      if (this.#remaining) return;
      this.#tellCommit(staged, record);
    }
    tellEventsBefore(Infinity);
    this.#remaining ||= waiting.length > events.length;
  }

  end(): DraftedBatch | undefined {
    if (this.#records.length === 0) return undefined;
    const { epoch, last } = presentChain(this.#state);
    const end = {
      sequence: last.sequence + this.#records.length,
      head: chainHead(last.head, this.#records),
      readings: last.readings + this.#count,
    };
    return {
      epoch,
      from: last.sequence + 1,
      records: this.#records,
      count: this.#count,
      last: end,
      commit: this.#commit,
      commitMs: this.#commitMs,
      gap: this.#gap,
      toEvent: this.#toEvent,
      told: this.#told,
      remaining: this.#remaining,
    };
  }

  /** One commit fits always. */
  #isBeyond({ count, maxMs }: StagedCommit, record: string): boolean {
    if (this.#firstMs === undefined) return false;
    const { readingsMax, spanMsMax } = this.#bounds;
    return (
      this.#count + count > readingsMax ||
      maxMs - this.#firstMs > spanMsMax ||
      this.#bytes + record.length > limits.telemetryBatchBytesMax
    );
  }

  #recordOf({ commit }: StagedCommit): string {
    const { readings, series } = this.#sources;
    const keyOf = (id: number): SeriesKey => series.keyOf(id);
    return readingsRecord(commit, readings.log.batch(commit), keyOf);
  }

  #tellCommit({ commit, count, maxMs }: StagedCommit, record: string): void {
    this.#add(record);
    this.#count += count;
    this.#commit = commit;
    this.#firstMs ??= maxMs;
    this.#commitMs = maxMs;
  }

  #add(record: string): void {
    this.#records.push(record);
    this.#bytes += record.length;
  }
}

function epochRecord(state: OutboxState): JsonValue {
  const { gateway, publicKey, algorithm, atMs } = state.start;
  const { number, epoch } = presentChain(state);
  const before = state.chains.findLast((chain) => chain.number < number);
  const previous =
    before === undefined
      ? null
      : { epoch: before.epoch, sequence: before.last.sequence, head: before.last.head };
  return { kind: 'epoch', gateway, publicKey, algorithm, epoch, previous, atMs };
}

function gapRecord({ number, reason, fromMs, toMs, readings }: Gap): JsonValue {
  return { kind: 'gap', number, reason, fromMs, toMs, readings };
}

function isSame(gap: Gap, said: SaidGap): boolean {
  return (
    gap.number === said.number &&
    gap.fromMs === said.fromMs &&
    gap.toMs === said.toMs &&
    gap.readings === said.readings
  );
}
