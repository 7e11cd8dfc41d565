import { HoleSearch, type HoleVerdict } from './hole-search.ts';
import { nothingLearned, type Learned } from './learned-addresses.ts';
import type { RequestCost } from './link-cost.ts';
import {
  byAddress,
  covers,
  isAllowed,
  plannedFor,
  planWithin,
  type PlannedRange,
  type PlannedSpan,
  type PlanOptions,
} from './plan-ranges.ts';
import type { RegisterRange } from '../transports/transport.ts';

/** How a request of the plan ended: with words, refused for good (exceptions 1, 2, 3), or failed this once. */
export type RequestOutcome = 'read' | 'refused' | 'failed';

/** One request of the plan, for people. */
export interface PlanLine {
  readonly range: RegisterRange;
  readonly fields: readonly string[];
  /** Asked beside the others to find out what the device refuses. */
  readonly isOnTrial: boolean;
}

/** Requests that finding out what the device refuses may add to a poll. */
export const extraRequestsMax = 2;
/** A device that boots may refuse what it has: this many refusals in a row before a reason is looked for. */
const refusalsMax = 2;
/** A search that is not through by then is given up, as its probes are neither read nor refused. */
const searchPollsMax = 50;
/** What was refused is tried again after this many polls: firmware is updated. */
const retryPolls = 360;
/** What another device of its kind was refused is tried once on this one, every so many polls: options differ. */
const verifyPolls = 10;
/** A cost that moves by more than this share is a reason to plan anew. */
const costDriftMax = 0.25;
/** A term that is less than this share of the longest request's cost does not count. */
const negligibleShare = 0.01;

/**
 * What to ask of one device, and what it taught us. Pure state, no input or output.
 *
 *   in use --refused twice--> searched for holes, one probe a poll --> a hole is learned --> planned anew
 *   hole --every retryPolls--> tried again --read--> forgotten, planned anew
 *
 * A poll in which nothing at all was read teaches nothing, as a device that boots refuses everything. After it one
 * single field is asked for as well, another each time, until one is read: the foothold of a device that refuses
 * each of its requests for a reason.
 */
export class ReadPlan {
  readonly #spans: readonly PlannedSpan[];
  readonly #options: PlanOptions;
  #requestCountMax: number;
  #requestCountWanted: number;
  #cost: RequestCost;
  #registersMax: number;
  #holes: RegisterRange[];
  /** First holes that were remembered, not found on this device. */
  #unverified: number;
  #inUse: readonly PlannedRange[] = [];
  /** One at a time: other requests that are refused wait. */
  #search: HoleSearch | undefined;
  #searchEndsAfter = 0;
  readonly #refusals = new Map<PlannedRange, number>();
  #foothold: PlannedRange | undefined;
  #footholdsTried = 0;
  #polls = 0;
  #firstInUse = 0;
  #revision = 0;

  /** `requestCountMax` is that of the first plan, with room to learn, unless said. */
  constructor(
    spans: readonly PlannedSpan[],
    options: PlanOptions,
    known: { readonly learned?: Learned; readonly requestCountMax?: number } = {},
  ) {
    const { refused, registersMax = options.registersMax } = known.learned ?? nothingLearned;
    this.#spans = spans.filter((span) => isAllowed(span, options)).sort(byAddress);
    this.#options = options;
    this.#cost = options.cost;
    this.#registersMax = Math.min(options.registersMax, registersMax);
    this.#holes = [...refused];
    this.#unverified = refused.length;
    this.#requestCountMax = known.requestCountMax ?? Infinity;
    this.#requestCountWanted = 0;
    this.#planAnew();
    this.#requestCountMax = known.requestCountMax ?? this.#requestCountWanted;
  }

  /** Requests of one poll, at most. Where the plan has more they go in turns. */
  get requestCountMax(): number {
    return this.#requestCountMax;
  }

  /** What `requestCountMax` must be so that everything is read in each poll. */
  get requestCountWanted(): number {
    return this.#requestCountWanted;
  }

  /** Changes with everything below. */
  get revision(): number {
    return this.#revision;
  }

  allowRequests(requestCountMax: number): void {
    if (requestCountMax === this.#requestCountMax) return;
    this.#requestCountMax = Math.max(requestCountMax, extraRequestsMax + 1);
    if (this.isSettled) this.#planAnew();
  }

  learned(): Learned {
    const isShorter = this.#registersMax < this.#options.registersMax;
    return { version: 1, refused: this.#holes, ...(isShorter && { registersMax: this.#registersMax }) };
  }

  /** Names of the fields that the device refuses. */
  unsupported(): readonly string[] {
    return this.#spans.filter((span) => this.#isRefused(span)).map(({ name }) => name);
  }

  /** The smallest request that makes sense to the device; undefined when there is nothing to ask. */
  smallest(): RegisterRange | undefined {
    const [first, ...others] = this.#spans;
    if (first === undefined) return undefined;
    return plannedFor([others.reduce((least, span) => (span.count < least.count ? span : least), first)])
      .range;
  }

  describe(): PlanLine[] {
    const line = ({ range, spans }: PlannedRange, isOnTrial: boolean): PlanLine => ({
      range,
      fields: spans.map((span) => span.name),
      isOnTrial,
    });
    const probe = this.#search?.probe;
    return [
      ...this.#requests().map((planned) => line(planned, false)),
      ...(probe === undefined ? [] : [line(probe, true)]),
    ];
  }

  /** The requests of the next poll: those in use, then at most two to learn from. Where they are too many, in turns. */
  next(): readonly PlannedRange[] {
    this.#polls += 1;
    if (this.#search !== undefined && this.#polls > this.#searchEndsAfter) this.#planAnew();
    const inUse = this.#requests();
    const extras = [this.#foothold, this.#trial()].filter((planned) => planned !== undefined);
    const room = this.#requestCountMax - extras.length;
    if (inUse.length <= room) return [...inUse, ...extras];
    const first = this.#firstInUse % inUse.length;
    this.#firstInUse = first + room;
    const rotated = [...inUse.slice(first), ...inUse.slice(0, first)];
    return [...rotated.slice(0, room), ...extras];
  }

  /** What became of the requests that `next` gave. */
  learn(outcomes: ReadonlyMap<PlannedRange, RequestOutcome>): void {
    const read = [...outcomes].filter(([, outcome]) => outcome === 'read');
    this.#seekFoothold(outcomes, read);
    if (read.length === 0) return;
    const probe = this.#search?.probe;
    for (const [planned, outcome] of outcomes) {
      if (planned === this.#foothold || outcome === 'failed') continue;
      if (planned === probe) this.#learnProbe(outcome);
      else if (planned.spans.length === 0) this.#learnRetry(planned, outcome);
      else if (this.#requests().includes(planned)) this.#learnInUse(planned, outcome);
    }
  }

  /** Plans anew when that cost is far from the one that was planned with. True when it did. */
  reconsider(cost: RequestCost): boolean {
    if (!this.#hasMoved(cost) || !this.isSettled) return false;
    this.#cost = { perRequestMs: cost.perRequestMs, perRegisterMs: cost.perRegisterMs };
    this.#planAnew();
    return true;
  }

  #hasMoved(cost: RequestCost): boolean {
    const { perRequestMs, perRegisterMs } = this.#cost;
    const negligibleMs = negligibleShare * (perRequestMs + perRegisterMs * this.#registersMax);
    const isFar = (now: number, then: number, negligible: number): boolean =>
      Math.abs(now - then) > costDriftMax * Math.max(then, negligible);
    return (
      isFar(cost.perRequestMs, perRequestMs, negligibleMs) ||
      isFar(cost.perRegisterMs, perRegisterMs, negligibleMs / this.#registersMax)
    );
  }

  /** Nothing is being found out that planning anew would lose. */
  get isSettled(): boolean {
    return this.#search === undefined && this.#refusals.size === 0 && this.#foothold === undefined;
  }

  #requests(): readonly PlannedRange[] {
    return this.#search === undefined ? this.#inUse : [...this.#inUse, ...this.#search.kept];
  }

  /** Nothing to learn from a hole that is tried again but whether it is one: it has no spans. */
  #trial(): PlannedRange | undefined {
    if (this.#search !== undefined) return this.#search.probe;
    const candidates = this.#unverified > 0 ? this.#holes.slice(0, this.#unverified) : this.#holes;
    const periodPolls = this.#unverified > 0 ? verifyPolls : retryPolls;
    if (candidates.length === 0 || this.#polls % periodPolls !== 0) return undefined;
    const hole = candidates[(this.#polls / periodPolls) % candidates.length];
    return hole && { range: hole, spans: [] };
  }

  #seekFoothold(
    outcomes: ReadonlyMap<PlannedRange, RequestOutcome>,
    read: readonly (readonly [PlannedRange, RequestOutcome])[],
  ): void {
    if (read.some(([planned]) => planned !== this.#foothold)) this.#foothold = undefined;
    else if (read.length === 0 && this.#spans.length > 1 && [...outcomes.values()].includes('refused')) {
      const span = this.#spans[this.#footholdsTried % this.#spans.length];
      this.#footholdsTried += 1;
      this.#foothold = span && plannedFor([span]);
    }
  }

  #learnInUse(planned: PlannedRange, outcome: 'read' | 'refused'): void {
    if (outcome === 'read') {
      this.#refusals.delete(planned);
      return;
    }
    const refusals = (this.#refusals.get(planned) ?? 0) + 1;
    this.#refusals.set(planned, refusals);
    if (refusals < refusalsMax || this.#search !== undefined) return;
    this.#refusals.delete(planned);
    if (planned.spans.length > 1) {
      this.#inUse = this.#inUse.filter((other) => other !== planned);
      this.#search = new HoleSearch(planned.spans);
      this.#searchEndsAfter = this.#polls + searchPollsMax;
      this.#revision += 1;
    } else {
      this.#holes.push(planned.range);
      this.#planAnew();
    }
  }

  #learnProbe(outcome: 'read' | 'refused'): void {
    const verdict = this.#search?.learn(outcome);
    this.#revision += 1;
    if (verdict === undefined) return;
    this.#heed(verdict);
    this.#planAnew();
  }

  #heed(verdict: HoleVerdict): void {
    if (verdict.kind === 'span') this.#holes.push(verdict.range);
    if (verdict.kind === 'length') {
      const longest = Math.max(...this.#spans.map(({ count }) => count));
      this.#registersMax = Math.min(this.#registersMax, Math.max(verdict.registersMax, longest));
    }
    if (verdict.kind !== 'gap') return;
    // A gap costs no field: where one that is read reaches across, the device contradicts itself.
    const reaches = (span: PlannedSpan): boolean => covers(span, verdict.range) && !this.#isRefused(span);
    if (!this.#spans.some(reaches)) this.#holes.push(verdict.range);
  }

  #learnRetry({ range }: PlannedRange, outcome: 'read' | 'refused'): void {
    const wasUnverified = this.#holes.indexOf(range) < this.#unverified;
    this.#holes = this.#holes.filter((hole) => hole !== range);
    if (wasUnverified) this.#unverified -= 1;
    if (outcome === 'refused') this.#holes.push(range);
    else this.#planAnew();
  }

  #isRefused(span: PlannedSpan): boolean {
    return this.#holes.some((hole) => covers(span, hole));
  }

  #planAnew(): void {
    const spans = this.#spans.filter((span) => span.count <= this.#registersMax && !this.#isRefused(span));
    const options = {
      ...this.#options,
      cost: this.#cost,
      registersMax: this.#registersMax,
      refused: this.#holes,
    };
    const best = planWithin(spans, options, Infinity);
    const room = this.#requestCountMax - extraRequestsMax;
    this.#inUse = best.length <= room ? best : planWithin(spans, options, room);
    this.#requestCountWanted = best.length + extraRequestsMax;
    this.#search = undefined;
    this.#refusals.clear();
    this.#revision += 1;
  }
}
