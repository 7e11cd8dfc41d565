import { isWithin } from './interval-sets.ts';
import type { StartSpan } from './start-spans.ts';
import type { ValueCurve } from './value-curve.ts';
import type { WorkFrame } from './work-frame.ts';

/** Costs this close, in kWh of a mean value, are the same: what summing rounds. */
const roundingKwh = 1e-9;

export interface Start {
  readonly startMs: number;
  readonly cost: number;
}

export interface StartSearch {
  readonly spans: readonly StartSpan[];
  readonly nowMs: number;
  /** What a place costs besides, by kWh of a mean value and ms. */
  readonly price?: ValueCurve | undefined;
  /** Instants at which other runs begin or end. */
  readonly edges?: readonly number[];
}

/**
 * The start of the cheapest run, of equal ones the earliest; undefined where there is none, or too
 * little is known. It is exact: what a run costs changes with its start along straight lines, whose ends are tried: where a value changes at
 * the start or at the end of the run, and where a span begins or ends.
 */
export function bestStart(frame: WorkFrame, search: StartSearch): Start | undefined {
  let best: Start | undefined;
  eachStart(frame, search, (startMs, cost) => {
    if (best === undefined || isBetter(startMs, cost, best)) best = { startMs, cost };
  });
  return best;
}

type StartVisitor = (startMs: number, cost: number) => void;

/** All starts of which one is the best, in no order. One that has just been missed stands for a start at once. */
export function eachStart(frame: WorkFrame, search: StartSearch, visit: StartVisitor): void {
  const { cost, work, outlook } = frame;
  const tryAt = (atMs: number): void => {
    if (!isWithin(outlook, atMs)) return;
    const endMs = atMs + work.remainingMs;
    const price = search.price?.integral(atMs, endMs) ?? 0;
    visit(Math.max(atMs, search.nowMs), cost.of(atMs, endMs) + price);
  };
  for (const span of search.spans) visitSpan(span, frame, search, tryAt);
}

function visitSpan(
  { firstMs, lastMs }: StartSpan,
  { cost, work }: WorkFrame,
  { nowMs, price, edges = [] }: StartSearch,
  visit: (atMs: number) => void,
): void {
  visit(firstMs <= nowMs && nowMs <= lastMs ? nowMs : firstMs);
  if (lastMs > firstMs) visit(lastMs);
  const curves = price === undefined ? cost.curves : [...cost.curves, price];
  for (const shiftMs of [0, work.remainingMs]) {
    for (const curve of curves) {
      for (const atMs of curve.timesFrom(firstMs + shiftMs, lastMs + shiftMs)) visit(atMs - shiftMs);
    }
    for (const edgeMs of edges) {
      const atMs = edgeMs - shiftMs;
      if (atMs > firstMs && atMs < lastMs) visit(atMs);
    }
  }
}

function isBetter(startMs: number, cost: number, best: Start): boolean {
  if (cost < best.cost - roundingKwh) return true;
  return cost <= best.cost + roundingKwh && startMs < best.startMs;
}
