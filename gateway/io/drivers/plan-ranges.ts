import assert from 'node:assert';
import type { RegisterRange, RegisterTable } from '../transports/transport.ts';
import type { DriverDefinition, ForbiddenRange } from './driver.ts';
import { extentOf, type RegisterField } from './register-map.ts';

/** Registers that must come in one answer, and what they are for. */
export interface PlannedSpan {
  readonly name: string;
  readonly table: RegisterTable;
  readonly address: number;
  readonly count: number;
}

export interface PlanOptions {
  /** Milliseconds, or anything that adds up. */
  readonly cost: { readonly perRequestMs: number; readonly perRegisterMs: number };
  readonly registersMax: number;
  readonly forbidden: readonly ForbiddenRange[];
  /** The device refused these: no request covers one of them whole. */
  readonly refused?: readonly RegisterRange[];
}

/** One request, and the spans that it covers. */
export interface PlannedRange<Span extends PlannedSpan = PlannedSpan> {
  readonly range: RegisterRange;
  readonly spans: readonly Span[];
}

const tables: readonly RegisterTable[] = ['holding', 'input'];

/**
 * The cheapest requests that cover every span: holding registers first, ascending. Exact, by dynamic
 * programming over the spans in order of address, O(n²): in some cheapest plan every request covers a run
 * of them, because of two requests that cross, the one that begins later can hand over what the other
 * covers as well. The same spans give the same plan.
 */
export function planRanges<Span extends PlannedSpan>(
  spans: readonly Span[],
  options: PlanOptions,
): PlannedRange<Span>[] {
  return tables.flatMap((table) => {
    const sorted = spans.filter((span) => span.table === table).sort(byAddress);
    return planTable(sorted, options);
  });
}

/** The smallest range that covers the spans; all of one table. */
export function rangeOf(spans: readonly PlannedSpan[]): RegisterRange {
  const first = spans[0];
  assert(first !== undefined, 'a request has a purpose');
  const address = Math.min(...spans.map((span) => span.address));
  const end = Math.max(...spans.map((span) => span.address + span.count));
  return { table: first.table, address, count: end - address };
}

/** The driver's fields as spans. */
export function spansOf(fields: readonly RegisterField[]): PlannedSpan[] {
  return fields.map((field) => ({ name: field.name, table: field.table, ...extentOf(field) }));
}

/** What the driver's device asks of a plan. */
export function planOptionsOf({ limits, forbidden }: DriverDefinition): PlanOptions {
  return {
    cost: {
      perRequestMs: limits.perRequestMs ?? limits.requestGapMs + 20,
      perRegisterMs: limits.perRegisterMs ?? 0.1,
    },
    registersMax: limits.registersMax,
    forbidden: forbidden ?? [],
  };
}

/** A cheapest plan of the first spans: its cost, and where its last request begins. */
interface PartialPlan {
  readonly costMs: number;
  readonly from: number;
}

function planTable<Span extends PlannedSpan>(
  spans: readonly Span[],
  options: PlanOptions,
): PlannedRange<Span>[] {
  const plans: PartialPlan[] = [{ costMs: 0, from: 0 }];
  for (let end = 1; end <= spans.length; end += 1) plans.push(cheapestPlan(spans, end, plans, options));
  const requests: PlannedRange<Span>[] = [];
  for (let end = spans.length; end > 0; end = plans[end]?.from ?? 0) {
    const covered = spans.slice(plans[end]?.from, end);
    requests.unshift({ range: rangeOf(covered), spans: covered });
  }
  return requests;
}

function cheapestPlan(
  spans: readonly PlannedSpan[],
  end: number,
  plans: readonly PartialPlan[],
  options: PlanOptions,
): PartialPlan {
  let best: PartialPlan | undefined;
  let lastAddress = 0;
  for (let from = end - 1; from >= 0; from -= 1) {
    const span = spans[from];
    assert(span !== undefined);
    lastAddress = Math.max(lastAddress, span.address + span.count);
    const range = { table: span.table, address: span.address, count: lastAddress - span.address };
    if (range.count > options.registersMax) break;
    if (touchesForbidden(range, options.forbidden) || coversRefused(range, options.refused ?? [])) break;
    const costMs =
      (plans[from]?.costMs ?? 0) + options.cost.perRequestMs + options.cost.perRegisterMs * range.count;
    if (best === undefined || costMs <= best.costMs) best = { costMs, from };
  }
  assert(best !== undefined, `${spans[end - 1]?.name ?? ''} is forbidden, or longer than a request may be`);
  return best;
}

function touchesForbidden(range: RegisterRange, forbidden: readonly ForbiddenRange[]): boolean {
  const last = range.address + range.count - 1;
  return forbidden.some(
    (hole) => hole.table === range.table && hole.first <= last && hole.last >= range.address,
  );
}

function coversRefused(range: RegisterRange, refused: readonly RegisterRange[]): boolean {
  return refused.some((other) => covers(range, other));
}

/** Whether all of `inner` is in `outer`. */
function covers(outer: RegisterRange, inner: RegisterRange): boolean {
  const at = inner.address - outer.address;
  return inner.table === outer.table && at >= 0 && at + inner.count <= outer.count;
}

function byAddress(a: PlannedSpan, b: PlannedSpan): number {
  return a.address - b.address || a.count - b.count;
}
