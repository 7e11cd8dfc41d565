import type { Interval } from '../../core/interval.ts';
import type { PowerSignal, PowerSignals, SignalSlot } from '../../core/power-signal.ts';
import type { Comparison, JobSaving } from './decision.ts';

/** A job that has run, and what is known of that time. Times are UTC epoch ms. */
export interface RanJob {
  readonly queuedMs: number;
  readonly deadlineMs: number;
  /** When it ran, ascending. */
  readonly stretches: readonly Interval[];
  readonly isInterruptible: boolean;
  readonly powerWatts: number;
  readonly isPowerAssumed: boolean;
}

/** Of a signal: what it came to up to each boundary of its slots. */
interface Tally {
  readonly slots: readonly SignalSlot[];
  /** Sum of value × ms of all slots before. */
  readonly before: readonly number[];
  /** Milliseconds that are known, of all slots before. */
  readonly knownBefore: readonly number[];
}

const wattMsPerKwh = 3_600_000_000;

/**
 * Grams and micro-euros of a job beside the same run at once, and beside the best time that there was between being
 * queued and its deadline: of one that could be held the cheapest minutes, of another the cheapest stretch. What
 * else it waited for (a window, red days, surplus) is not asked of the best: so it is the least that anybody could
 * have reached, and never above `actual`, which is among the times that it is chosen from. Pure.
 */
export function savingOf(job: RanJob, signals: PowerSignals, nowMs: number): JobSaving {
  const ranMs = lengthOf(job.stretches);
  const range = { startMs: job.queuedMs, endMs: Math.max(job.deadlineMs, job.stretches.at(-1)?.endMs ?? 0) };
  const compared = [signals.carbon, signals.price].map((signal) => compare(job, signal, ranMs));
  const [carbon, price] = compared;
  const hasAll = [signals.carbon, signals.price].every(
    (signal, index) => compared[index] === undefined || isAllKnown(signal, range),
  );
  return {
    energyKwh: (ranMs * job.powerWatts) / wattMsPerKwh,
    isPowerAssumed: job.isPowerAssumed,
    carbonGrams:
      carbon === undefined ? undefined : rounded(carbon, (grams) => Math.round(grams * 1_000) / 1_000),
    microEuros: price === undefined ? undefined : rounded(price, Math.round),
    isFinal: nowMs >= range.endMs && carbon !== undefined && hasAll,
  };
}

function compare(job: RanJob, signal: PowerSignal, ranMs: number): Comparison | undefined {
  const tally = tallyOf(signal.slots);
  const sum = (stretches: readonly Interval[]): number | undefined => sumOver(tally, stretches);
  const actual = sum(job.stretches);
  const atOnce = sum([{ startMs: job.queuedMs, endMs: job.queuedMs + ranMs }]);
  if (actual === undefined || atOnce === undefined) return undefined;
  const least = job.isInterruptible ? cheapestTime(tally, job, ranMs) : cheapestStretch(tally, job, ranMs);
  const scale = job.powerWatts / wattMsPerKwh;
  const best = Math.min(actual, atOnce, least);
  return { actual: actual * scale, atOnce: atOnce * scale, best: best * scale };
}

function tallyOf(slots: readonly SignalSlot[]): Tally {
  const before: number[] = [0];
  const knownBefore: number[] = [0];
  for (const [index, { startMs, endMs, value }] of slots.entries()) {
    before.push((before[index] ?? 0) + value * (endMs - startMs));
    knownBefore.push((knownBefore[index] ?? 0) + endMs - startMs);
  }
  return { slots, before, knownBefore };
}

/** Value × ms; undefined where not all of it is known. */
function sumOver(tally: Tally, stretches: readonly Interval[]): number | undefined {
  let sum = 0;
  for (const { startMs, endMs } of stretches) {
    const from = upTo(tally, startMs);
    const to = upTo(tally, endMs);
    if (to.knownMs - from.knownMs < endMs - startMs) return undefined;
    sum += to.sum - from.sum;
  }
  return sum;
}

/** From the beginning of all slots to an instant. */
function upTo({ slots, before, knownBefore }: Tally, atMs: number): { sum: number; knownMs: number } {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slots[middle]?.endMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  const slot = slots[low];
  const insideMs = slot === undefined ? 0 : Math.max(0, atMs - slot.startMs);
  return {
    sum: (before[low] ?? 0) + insideMs * (slot?.value ?? 0),
    knownMs: (knownBefore[low] ?? 0) + insideMs,
  };
}

/** Where values are constant within slots, the cheapest stretch begins or ends at the border of one. */
function cheapestStretch(tally: Tally, { queuedMs, deadlineMs }: RanJob, ranMs: number): number {
  const lastMs = Math.max(queuedMs, deadlineMs - ranMs);
  const starts = tally.slots.flatMap(({ startMs, endMs }) => [
    startMs,
    endMs,
    startMs - ranMs,
    endMs - ranMs,
  ]);
  let least = Infinity;
  for (const startMs of [queuedMs, lastMs, ...starts]) {
    if (startMs < queuedMs || startMs > lastMs) continue;
    least = Math.min(least, sumOver(tally, [{ startMs, endMs: startMs + ranMs }]) ?? Infinity);
  }
  return least;
}

function cheapestTime({ slots }: Tally, { queuedMs, deadlineMs }: RanJob, ranMs: number): number {
  let leftMs = ranMs;
  let sum = 0;
  for (const { startMs, endMs, value } of [...slots].sort((a, b) => a.value - b.value)) {
    const usableMs = Math.min(endMs, deadlineMs) - Math.max(startMs, queuedMs);
    const takenMs = Math.min(leftMs, Math.max(0, usableMs));
    sum += takenMs * value;
    leftMs -= takenMs;
    if (leftMs === 0) return sum;
  }
  return Infinity;
}

function isAllKnown({ slots }: PowerSignal, range: Interval): boolean {
  let coveredMs = 0;
  for (const { startMs, endMs, basis } of slots) {
    if (basis !== 'known') continue;
    coveredMs += Math.max(0, Math.min(endMs, range.endMs) - Math.max(startMs, range.startMs));
  }
  return coveredMs >= range.endMs - range.startMs;
}

function lengthOf(stretches: readonly Interval[]): number {
  return stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** Rounding keeps the order: the best stays the least. */
function rounded({ actual, atOnce, best }: Comparison, round: (value: number) => number): Comparison {
  return { actual: round(actual), atOnce: round(atOnce), best: round(best) };
}
