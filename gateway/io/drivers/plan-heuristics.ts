import {
  byAddress,
  isAllowed,
  plannedFor,
  type PlannedRange,
  type PlannedSpan,
  type PlanOptions,
} from './plan-ranges.ts';

/** How simple pollers ask, to compare plans with: a request for each value. */
export function planOnePerValue(spans: readonly PlannedSpan[]): PlannedRange[] {
  return spans.map((span) => plannedFor([span]));
}

/**
 * How good pollers ask, to compare plans with: values go into one request while the gap between them is at most
 * `holeMax` registers and the device takes it, whatever that costs.
 */
export function planFixedHole(
  spans: readonly PlannedSpan[],
  options: PlanOptions,
  holeMax: number,
): PlannedRange[] {
  const plan: PlannedRange[] = [];
  for (const span of [...spans].sort(byAddress)) {
    const last = plan.at(-1);
    const longer = last?.range.table === span.table ? plannedFor([...last.spans, span]) : undefined;
    const gap = last === undefined ? 0 : span.address - (last.range.address + last.range.count);
    if (longer !== undefined && gap <= holeMax && isAllowed(longer.range, options))
      plan[plan.length - 1] = longer;
    else plan.push(plannedFor([span]));
  }
  return plan;
}
