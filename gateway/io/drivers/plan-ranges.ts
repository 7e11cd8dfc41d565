import assert from 'node:assert';
import type { RegisterRange, RegisterTable } from '../transports/transport.ts';
import type { DeviceLimits, ForbiddenRange } from './driver.ts';
import type { RequestCost } from './link-cost.ts';
import { extentOf, type RegisterField } from './register-map.ts';

/** Registers that must come in one answer, and what they are for. */
export interface PlannedSpan {
  readonly name: string;
  readonly table: RegisterTable;
  readonly address: number;
  readonly count: number;
}

export interface PlanOptions {
  readonly cost: RequestCost;
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

interface PlannedDriver {
  readonly limits: DeviceLimits;
  readonly forbidden?: readonly ForbiddenRange[] | undefined;
}

const tables: readonly RegisterTable[] = ['holding', 'input'];
const addressesMax = 65_536;

/**
 * The cheapest requests that cover every span: holding registers first, ascending. Exact, by dynamic
 * programming over the spans in order of address, O(n²): in some cheapest plan every request covers a run
 * of them, because of two requests that cross, the one that begins later can hand over what the other
 * covers as well. At the same cost it has the fewest requests. The same spans give the same plan.
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

/**
 * The same with at most `requestsMax` requests, where that can be: requests count as dearer until their number
 * fits. At the end a request more never pays, so that no plan has fewer.
 */
export function planWithin<Span extends PlannedSpan>(
  spans: readonly Span[],
  options: PlanOptions,
  requestsMax: number,
): PlannedRange<Span>[] {
  const { perRequestMs, perRegisterMs } = options.cost;
  let plan = planRanges(spans, options);
  for (let registers = 1; plan.length > requestsMax && registers < 2 * addressesMax; registers *= 2) {
    const cost = { perRequestMs: perRequestMs + registers * perRegisterMs, perRegisterMs };
    plan = planRanges(spans, { ...options, cost });
  }
  return plan;
}

/** What the requests cost together, in milliseconds. */
export function costMsOf(
  plan: readonly Pick<PlannedRange, 'range'>[],
  { perRequestMs, perRegisterMs }: RequestCost,
): number {
  return plan.reduce((sumMs, { range }) => sumMs + perRequestMs + perRegisterMs * range.count, 0);
}

/** Whether a request for the range may be made, and is not known to be refused. */
export function isAllowed(range: RegisterRange, options: PlanOptions): boolean {
  if (range.count > options.registersMax || touchesForbidden(range, options.forbidden)) return false;
  return !(options.refused ?? []).some((other) => covers(range, other));
}

/** One request for these spans, all of one table. */
export function plannedFor<Span extends PlannedSpan>(spans: readonly Span[]): PlannedRange<Span> {
  return { range: rangeOf(spans), spans };
}

/** Whether all of `inner` is in `outer`. */
export function covers(outer: RegisterRange, inner: RegisterRange): boolean {
  const at = inner.address - outer.address;
  return inner.table === outer.table && at >= 0 && at + inner.count <= outer.count;
}

/** In the order of plans: holding registers first, ascending. */
export function byAddress(a: RegisterRange, b: RegisterRange): number {
  if (a.table !== b.table) return a.table === 'holding' ? -1 : 1;
  return a.address - b.address || a.count - b.count;
}

/** The smallest range that covers the spans; all of one table. */
function rangeOf(spans: readonly PlannedSpan[]): RegisterRange {
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

/** What a device with these limits asks of a plan. */
export function planOptionsOf({ limits, forbidden }: PlannedDriver): PlanOptions {
  return {
    cost: {
      perRequestMs: limits.perRequestMs ?? limits.requestGapMs + 20,
      perRegisterMs: limits.perRegisterMs ?? 0.1,
    },
    registersMax: limits.registersMax,
    forbidden: forbidden ?? [],
  };
}

/** A cheapest plan of the first spans: what it costs, and where its last request begins. */
interface PartialPlan {
  readonly costMs: number;
  readonly requests: number;
  readonly from: number;
}

function planTable<Span extends PlannedSpan>(
  spans: readonly Span[],
  options: PlanOptions,
): PlannedRange<Span>[] {
  const plans: PartialPlan[] = [{ costMs: 0, requests: 0, from: 0 }];
  for (let end = 1; end <= spans.length; end += 1) plans.push(cheapestPlan(spans, end, plans, options));
  const requests: PlannedRange<Span>[] = [];
  for (let end = spans.length; end > 0; end = plans[end]?.from ?? 0) {
    requests.unshift(plannedFor(spans.slice(plans[end]?.from, end)));
  }
  return requests;
}

/** A request that may not be made may not be made longer either: the search ends there. */
function cheapestPlan(
  spans: readonly PlannedSpan[],
  end: number,
  plans: readonly PartialPlan[],
  options: PlanOptions,
): PartialPlan {
  const { perRequestMs, perRegisterMs } = options.cost;
  let best: PartialPlan | undefined;
  let lastAddress = 0;
  for (let from = end - 1; from >= 0; from -= 1) {
    const span = spans[from];
    const before = plans[from];
    assert(span !== undefined && before !== undefined);
    lastAddress = Math.max(lastAddress, span.address + span.count);
    const range = { table: span.table, address: span.address, count: lastAddress - span.address };
    if (!isAllowed(range, options)) break;
    const costMs = before.costMs + perRequestMs + perRegisterMs * range.count;
    const requests = before.requests + 1;
    if (best === undefined || costMs < best.costMs || (costMs === best.costMs && requests <= best.requests)) {
      best = { costMs, requests, from };
    }
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
