import type { RegisterRange, RegisterTable } from '../transports/transport.ts';
import type { RegisterMap } from './driver.ts';
import type { FittedCost, RequestCost } from './link-cost.ts';
import { planFixedHole, planOnePerValue } from './plan-heuristics.ts';
import {
  costMsOf,
  isAllowed,
  spansOf,
  type PlannedRange,
  type PlannedSpan,
  type PlanOptions,
} from './plan-ranges.ts';
import type { PlanLine, ReadPlan } from './read-plan.ts';
import { extentOf, type RegisterField } from './register-map.ts';

/** One request of a device's plan, for people. */
export interface PlannedRequest {
  readonly table: RegisterTable;
  /** First register, counted from 0. */
  readonly first: number;
  readonly count: number;
  /** Registers of these that are wanted. */
  readonly used: number;
  readonly fields: string[];
  readonly expectedMs: number;
  /** Made now and then, to find out what the device refuses. */
  readonly isOnTrial: boolean;
}

/** What the same fields would cost if they were asked for in another way. */
export interface PlanComparison {
  readonly way: 'one_per_value' | 'fixed_hole_10' | 'fixed_hole_50';
  readonly requests: number;
  readonly cycleMs: number;
  /** By our plan, each time; negative where the other way is cheaper. */
  readonly savedMs: number;
  readonly savedPct: number;
}

export interface PlanReport {
  readonly requests: readonly PlannedRequest[];
  /** Of those that are not on trial, as measured so far. */
  readonly cycleRequests: number;
  readonly cycleMs: number;
  readonly comparisons: readonly PlanComparison[];
  readonly cost: FittedCost;
  /** A request that covers one of these whole is refused. */
  readonly holes: readonly RegisterRange[];
  /** Fields that the device has not. */
  readonly unsupported: readonly string[];
}

export interface PlanBasis {
  /** The driver's. */
  readonly options: PlanOptions;
  readonly cost: FittedCost;
}

/** Pure. The other ways keep to the driver's limits, but know nothing of what was learned. */
export function describePlan(plan: ReadPlan, map: RegisterMap, { options, cost }: PlanBasis): PlanReport {
  const lines = plan.describe();
  const unsupported = plan.unsupported();
  const fields = new Map(map.fields.map((field) => [field.name, field]));
  const inUse = lines.filter(({ isOnTrial }) => !isOnTrial);
  const cycleMs = costMsOf(inUse, cost);
  const spans = spansOf(map.fields).filter(
    (span) => !unsupported.includes(span.name) && isAllowed(span, options),
  );
  return {
    requests: lines.map((line) => requestOf(line, fields, cost)),
    cycleRequests: inUse.length,
    cycleMs,
    comparisons: comparisonsOf(spans, options).map(([way, other]) => ({
      way,
      requests: other.length,
      cycleMs: costMsOf(other, cost),
      savedMs: costMsOf(other, cost) - cycleMs,
      savedPct: savedPct(costMsOf(other, cost), cycleMs),
    })),
    cost,
    holes: plan.learned().refused,
    unsupported,
  };
}

function comparisonsOf(
  spans: readonly PlannedSpan[],
  options: PlanOptions,
): (readonly [PlanComparison['way'], readonly PlannedRange[]])[] {
  return [
    ['one_per_value', planOnePerValue(spans)],
    ['fixed_hole_10', planFixedHole(spans, options, 10)],
    ['fixed_hole_50', planFixedHole(spans, options, 50)],
  ];
}

function savedPct(otherMs: number, cycleMs: number): number {
  return otherMs === 0 ? 0 : (100 * (otherMs - cycleMs)) / otherMs;
}

function requestOf(
  { range, fields, isOnTrial }: PlanLine,
  byName: ReadonlyMap<string, RegisterField>,
  cost: RequestCost,
): PlannedRequest {
  const used = new Set<number>();
  for (const name of fields) {
    const field = byName.get(name);
    if (field !== undefined) for (const address of registersOf(field)) used.add(address);
  }
  return {
    table: range.table,
    first: range.address,
    count: range.count,
    used: used.size,
    fields: [...fields],
    expectedMs: cost.perRequestMs + cost.perRegisterMs * range.count,
    isOnTrial,
  };
}

/** A scale register may stand far from its value: what is between them is not wanted. */
function registersOf(field: RegisterField): number[] {
  const { address, count } = extentOf({ ...field, scaleRegister: field.address });
  const registers = Array.from({ length: count }, (_, index) => address + index);
  return field.scaleRegister === undefined ? registers : [...registers, field.scaleRegister];
}
