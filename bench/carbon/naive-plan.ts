import { signalAt } from '../../gateway/core/power-signal.ts';
import type { PlanInput } from '../../gateway/features/jobs/plan/plan.ts';

/**
 * What one would write first: for each job the start, of now and those of the slots, whose run has the lowest mean,
 * each summed up slot by slot. It knows no limit, no gate and no window.
 */
export function naivePlan({ nowMs, signals, work }: PlanInput): readonly number[] {
  const { slots } = signals.carbon;
  return work.map(({ deadlineMs, remainingMs }) => {
    const latestMs = deadlineMs - remainingMs;
    const starts = slots.map(({ startMs }) => startMs).filter((atMs) => atMs > nowMs && atMs <= latestMs);
    let [best, leastMean] = [latestMs, Infinity];
    for (const startMs of [nowMs, ...starts]) {
      const mean = meanOf(signals.carbon, startMs, remainingMs);
      if (mean < leastMean) [best, leastMean] = [startMs, mean];
    }
    return best;
  });
}

function meanOf(signal: PlanInput['signals']['carbon'], startMs: number, lengthMs: number): number {
  let sum = 0;
  for (let atMs = startMs; atMs < startMs + lengthMs;) {
    const slot = signalAt(signal, atMs);
    if (slot === undefined) return Number.NaN;
    const endMs = Math.min(slot.endMs, startMs + lengthMs);
    sum += slot.value * (endMs - atMs);
    atMs = endMs;
  }
  return sum / lengthMs;
}
