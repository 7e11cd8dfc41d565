import type { RegisterRange } from '../transports/transport.ts';
import type { DriverDefinition } from './driver.ts';
import {
  planOptionsOf,
  planRanges,
  rangeOf,
  spansOf,
  type PlanOptions,
  type PlannedRange,
  type PlannedSpan,
} from './plan-ranges.ts';

/** How a request of the plan ended: with words, refused for good (exceptions 1, 2, 3), or failed this once. */
export type RequestOutcome = 'read' | 'refused' | 'failed';

/** One request of the plan, for people. */
export interface PlanLine {
  readonly range: RegisterRange;
  readonly fields: readonly string[];
  /** Part of a request that the device refused as a whole; such parts are tried one a poll. */
  readonly isOnTrial: boolean;
}

/** Requests that parting refused ones may add to a poll. */
const extraRequestsMax = 2;
/** A device that boots may refuse what it has: this many refusals in a row before a request is parted. */
const refusalsMax = 2;
/** A refused register is tried again after this many polls: firmware is updated. */
const retryPolls = 360;

/**
 * What to ask of one device, and what it taught us. Pure state, no input or output.
 *
 *   in use --refused twice--> on trial, in halves --read--> in use
 *                                |  refused: halved again; a single field: unsupported
 *   unsupported --every retryPolls--> tried again --read--> in use
 *
 * When nothing is on trial any more, the plan is made anew around what was refused.
 */
export class ReadPlan {
  readonly requestCountMax: number;
  readonly #spans: readonly PlannedSpan[];
  readonly #options: PlanOptions;
  #refused: RegisterRange[] = [];
  #inUse: PlannedRange[];
  readonly #onTrial: PlannedRange[] = [];
  readonly #unsupported: PlannedRange[] = [];
  readonly #refusals = new Map<PlannedRange, number>();
  #polls = 0;
  #firstInUse = 0;
  #revision = 0;

  constructor(driver: DriverDefinition) {
    this.#spans = spansOf(driver.fields);
    this.#options = planOptionsOf(driver);
    this.#inUse = planRanges(this.#spans, this.#options);
    this.requestCountMax = this.#inUse.length + extraRequestsMax;
  }

  /** Changes with `unsupported`. */
  get revision(): number {
    return this.#revision;
  }

  /** Names of the fields the device refuses. */
  unsupported(): readonly string[] {
    return this.#unsupported.flatMap(({ spans }) => spans.map((span) => span.name));
  }

  /** The smallest request that makes sense to the device. */
  smallest(): RegisterRange {
    return rangeOf([this.#spans.reduce((least, span) => (span.count < least.count ? span : least))]);
  }

  describe(): PlanLine[] {
    const line = ({ range, spans }: PlannedRange, isOnTrial: boolean): PlanLine => ({
      range,
      fields: spans.map((span) => span.name),
      isOnTrial,
    });
    return [
      ...this.#inUse.map((planned) => line(planned, false)),
      ...this.#onTrial.map((planned) => line(planned, true)),
    ];
  }

  /** The requests of the next poll: those in use, then at most one on trial. Where they are too many, in turns. */
  next(): readonly PlannedRange[] {
    this.#polls += 1;
    const trial = this.#onTrial[0] ?? (this.#polls % retryPolls === 0 ? this.#unsupported[0] : undefined);
    const trials = trial === undefined ? [] : [trial];
    const room = this.requestCountMax - trials.length;
    if (this.#inUse.length <= room) return [...this.#inUse, ...trials];
    const first = this.#firstInUse % this.#inUse.length;
    this.#firstInUse = first + room;
    const rotated = [...this.#inUse.slice(first), ...this.#inUse.slice(0, first)];
    return [...rotated.slice(0, room), ...trials];
  }

  /** What became of the requests that `next` gave. Nothing is learned from a device that answers none of several. */
  learn(outcomes: ReadonlyMap<PlannedRange, RequestOutcome>): void {
    const isTelling = outcomes.size === 1 || [...outcomes.values()].includes('read');
    if (!isTelling) return;
    const wasSettled = this.#onTrial.length === 0;
    for (const [planned, outcome] of outcomes) {
      if (this.#inUse.includes(planned)) this.#learnInUse(planned, outcome);
      else if (this.#onTrial.includes(planned)) this.#learnOnTrial(planned, outcome);
      else this.#learnUnsupported(planned, outcome);
    }
    if (!wasSettled && this.#onTrial.length === 0) this.#planAnew();
  }

  #learnInUse(planned: PlannedRange, outcome: RequestOutcome): void {
    if (outcome === 'read') this.#refusals.delete(planned);
    if (outcome !== 'refused') return;
    const refusals = (this.#refusals.get(planned) ?? 0) + 1;
    this.#refusals.set(planned, refusals);
    if (refusals < refusalsMax) return;
    this.#refusals.delete(planned);
    this.#inUse = this.#inUse.filter((other) => other !== planned);
    this.#part(planned);
  }

  #learnOnTrial(planned: PlannedRange, outcome: RequestOutcome): void {
    this.#onTrial.splice(this.#onTrial.indexOf(planned), 1);
    if (outcome === 'read') this.#use(planned);
    else if (outcome === 'refused') this.#part(planned);
    else this.#onTrial.push(planned);
  }

  #learnUnsupported(planned: PlannedRange, outcome: RequestOutcome): void {
    this.#unsupported.splice(this.#unsupported.indexOf(planned), 1);
    if (outcome !== 'read') {
      this.#unsupported.push(planned);
      return;
    }
    this.#revision += 1;
    this.#refused = this.#refused.filter((range) => !overlap(range, planned.range));
    this.#planAnew();
  }

  #use(planned: PlannedRange): void {
    this.#inUse = [...this.#inUse, planned].sort(byAddress);
  }

  #planAnew(): void {
    const unsupported = this.unsupported();
    const spans = this.#spans.filter((span) => !unsupported.includes(span.name));
    this.#inUse = planRanges(spans, { ...this.#options, refused: this.#refused });
    this.#refusals.clear();
  }

  #part(planned: PlannedRange): void {
    this.#refused.push(planned.range);
    if (planned.spans.length === 1) {
      this.#unsupported.push(planned);
      this.#revision += 1;
      return;
    }
    const middle = Math.ceil(planned.spans.length / 2);
    this.#onTrial.unshift(
      plannedFor(planned.spans.slice(0, middle)),
      plannedFor(planned.spans.slice(middle)),
    );
  }
}

function plannedFor(spans: readonly PlannedSpan[]): PlannedRange {
  return { range: rangeOf(spans), spans };
}

function overlap(a: RegisterRange, b: RegisterRange): boolean {
  return a.table === b.table && a.address < b.address + b.count && b.address < a.address + a.count;
}

function byAddress({ range: a }: PlannedRange, { range: b }: PlannedRange): number {
  return a.table === b.table ? a.address - b.address : a.table < b.table ? -1 : 1;
}
