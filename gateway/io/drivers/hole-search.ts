import assert from 'node:assert';
import type { RegisterRange } from '../transports/transport.ts';
import { covers, plannedFor, type PlannedRange, type PlannedSpan } from './plan-ranges.ts';

/** What a search found out. */
export type HoleVerdict =
  /** The device has not this span. */
  | { readonly kind: 'span'; readonly range: RegisterRange }
  /** The spans on both sides are read, a request that covers this range is not. */
  | { readonly kind: 'gap'; readonly range: RegisterRange }
  /** Longer requests than this are refused. */
  | { readonly kind: 'length'; readonly registersMax: number }
  /** What was refused is read after all. */
  | { readonly kind: 'none' };

/**
 * Finds out why a device refuses a request, by asking for its first so many spans: the fewest that are refused end
 * with the hole.
 *
 *   first spans --halved, at most log2(n) times--> one left: refused alone?  --yes--> the device has not that span
 *                                                    | no
 *                                                  with the span before it?  --refused--> a gap, not to be crossed
 *                                                    | read
 *                                                  all the first spans again --refused--> too long --read--> nothing
 *
 * Where other spans begin within the one that is refused and end with it, as those of values do that share a scale
 * register, the last of them that is refused as well is the hole, found by halves again: all around it go at once.
 *
 * What is before the hole is known to read, and what is behind the part in question need not wait: `kept`. A second
 * hole is another search. Pure state.
 */
export class HoleSearch {
  readonly #spans: readonly PlannedSpan[];
  /** This many first spans are read in one request. */
  #good = 0;
  /** This many are refused. */
  #bad: number;
  #probe: PlannedRange;
  #stage: 'halving' | 'alone' | 'within' | 'pair' | 'whole' = 'halving';
  /** The span that is refused alone, those within it, and which of these are known to be refused, or not. */
  #within: readonly PlannedSpan[] = [];
  #lastRefused = 0;
  #firstRead = 0;
  #kept: readonly PlannedRange[] = [];

  /** Spans of a refused request, in the order of their addresses: at least two. */
  constructor(spans: readonly PlannedSpan[]) {
    assert(spans.length >= 2, 'a single refused span is a hole');
    this.#spans = spans;
    this.#bad = spans.length;
    this.#probe = this.#next();
  }

  /** What to ask next. */
  get probe(): PlannedRange {
    return this.#probe;
  }

  /** To be read on meanwhile; the same objects until something was learned. */
  get kept(): readonly PlannedRange[] {
    return this.#kept;
  }

  /** The probe was read or refused. The verdict ends the search. */
  learn(outcome: 'read' | 'refused'): HoleVerdict | undefined {
    const verdict = this.#stage === 'halving' ? this.#halve(outcome) : this.#conclude(outcome);
    if (verdict === undefined) this.#probe = this.#next();
    return verdict;
  }

  #halve(outcome: 'read' | 'refused'): HoleVerdict | undefined {
    if (outcome === 'read') this.#good = this.#probe.spans.length;
    else this.#bad = this.#probe.spans.length;
    const parts = [this.#spans.slice(0, this.#good), this.#spans.slice(this.#bad)];
    this.#kept = parts.filter((spans) => spans.length > 0).map(plannedFor);
    if (this.#bad - this.#good > 1) return undefined;
    this.#stage = 'alone';
    return this.#bad === 1 ? this.#lookWithin() : undefined;
  }

  #lookWithin(): HoleVerdict | undefined {
    this.#stage = 'within';
    const suspect = this.#suspect();
    this.#within = [suspect, ...this.#spans.filter((span) => span !== suspect && endsWith(suspect, span))];
    this.#firstRead = this.#within.length;
    return this.#narrow();
  }

  #narrow(): HoleVerdict | undefined {
    if (this.#firstRead - this.#lastRefused > 1) return undefined;
    return { kind: 'span', range: plannedFor(this.#within.slice(this.#lastRefused, this.#firstRead)).range };
  }

  #conclude(outcome: 'read' | 'refused'): HoleVerdict | undefined {
    const isRefused = outcome === 'refused';
    switch (this.#stage) {
      case 'within':
        if (isRefused) this.#lastRefused = this.#middle();
        else this.#firstRead = this.#middle();
        return this.#narrow();
      case 'alone':
        if (isRefused) return this.#lookWithin();
        this.#stage = 'pair';
        return undefined;
      case 'pair':
        if (isRefused) return { kind: 'gap', range: this.#crossing() };
        if (this.#good === 1) return { kind: 'none' };
        this.#stage = 'whole';
        return undefined;
      default:
        if (!isRefused) return { kind: 'none' };
        return { kind: 'length', registersMax: plannedFor(this.#spans.slice(0, this.#good)).range.count };
    }
  }

  #next(): PlannedRange {
    if (this.#stage === 'alone') return plannedFor([this.#suspect()]);
    if (this.#stage === 'within') return plannedFor(this.#within.slice(this.#middle(), this.#middle() + 1));
    if (this.#stage === 'pair') return plannedFor([this.#neighbour(), this.#suspect()]);
    if (this.#stage === 'whole') return plannedFor(this.#spans.slice(0, this.#bad));
    return plannedFor(this.#spans.slice(0, (this.#good + this.#bad) >> 1));
  }

  #middle(): number {
    return (this.#lastRefused + this.#firstRead) >> 1;
  }

  /** The gap before the suspect and the register on either side; all of both spans where they overlap. */
  #crossing(): RegisterRange {
    const neighbour = this.#neighbour();
    const suspect = this.#suspect();
    const last = neighbour.address + neighbour.count - 1;
    if (last >= suspect.address) return plannedFor([neighbour, suspect]).range;
    return { table: suspect.table, address: last, count: suspect.address - last + 1 };
  }

  #suspect(): PlannedSpan {
    const span = this.#spans[this.#bad - 1];
    assert(span !== undefined);
    return span;
  }

  /** Of the spans before the suspect, the one that reaches furthest. */
  #neighbour(): PlannedSpan {
    return this.#spans
      .slice(0, this.#good)
      .reduce((furthest, span) =>
        span.address + span.count > furthest.address + furthest.count ? span : furthest,
      );
  }
}

function endsWith(span: PlannedSpan, inner: PlannedSpan): boolean {
  return covers(span, inner) && inner.address + inner.count === span.address + span.count;
}
