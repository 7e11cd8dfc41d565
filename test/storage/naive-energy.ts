import { CounterTrack, type CounterRules } from '../../gateway/core/counter.ts';
import type { Sample } from './scratch.ts';

/** Energy of one slot as a plain program finds it. */
export interface NaiveSlot {
  mwh: number;
  negativeMwh: number;
  estimatedMwh: number;
  coveredMs: number;
  restarts: number;
}

const slotMs = 15 * 60_000;
const longMs = 5 * 60_000;

/** By the start of the slot, from the whole history at once, in floating point: written to be plain. */
export function naiveEnergy(
  samples: readonly Sample[],
  series: number,
  how: { readonly rules: CounterRules } | 'power',
): Map<number, NaiveSlot> {
  const slots = new Map<number, NaiveSlot>();
  const own = samples.filter(([id]) => id === series).sort(([, left], [, right]) => left - right);
  if (how === 'power') naivePower(own, slots);
  else naiveCounter(own, how.rules, slots);
  return slots;
}

function slotAt(slots: Map<number, NaiveSlot>, atMs: number): NaiveSlot {
  const startMs = Math.floor(atMs / slotMs) * slotMs;
  const slot = slots.get(startMs) ?? { mwh: 0, negativeMwh: 0, estimatedMwh: 0, coveredMs: 0, restarts: 0 };
  slots.set(startMs, slot);
  return slot;
}

/** Whole minutes and slots: every step is handed out in pieces that no edge of a slot cuts. */
function pieces(fromMs: number, toMs: number): [number, number][] {
  const found: [number, number][] = [];
  for (let atMs = fromMs; atMs < toMs;) {
    const endMs = Math.min(toMs, (Math.floor(atMs / slotMs) + 1) * slotMs);
    found.push([atMs, endMs]);
    atMs = endMs;
  }
  return found;
}

interface NaiveStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly mwh: number;
  readonly isRestart: boolean;
}

function naiveCounter(own: readonly Sample[], rules: CounterRules, slots: Map<number, NaiveSlot>): void {
  for (const { fromMs, toMs, mwh, isRestart } of naiveSteps(own, rules)) {
    if (isRestart) slotAt(slots, toMs).restarts += 1;
    if (fromMs === toMs) slotAt(slots, toMs).mwh += mwh;
    const cut = pieces(fromMs, toMs);
    for (const [startMs, endMs] of cut) {
      const slot = slotAt(slots, startMs);
      const part = (mwh * (endMs - startMs)) / (toMs - fromMs);
      slot.mwh += part;
      slot.coveredMs += endMs - startMs;
      if (toMs - fromMs > longMs && cut.length > 1) slot.estimatedMwh += part;
    }
  }
}

function* naiveSteps(own: readonly Sample[], rules: CounterRules): Generator<NaiveStep> {
  const track = new CounterTrack(rules);
  for (const [, toMs, value, quality = 'good'] of own) {
    if (!Number.isFinite(value) || quality === 'missing' || quality === 'sensor_error') continue;
    if (quality === 'suspect') {
      track.takeDoubted({ atMs: toMs, value });
      continue;
    }
    const { last, rival } = track.state;
    const step = track.take({ atMs: toMs, value });
    const isRestart = step.kind === 'restarted';
    const from = isRestart ? rival?.first : last;
    if ('by' in step && from !== undefined && last !== undefined)
      yield { fromMs: Math.max(from.atMs, last.atMs), toMs, mwh: step.by * 1e6, isRestart };
  }
}

function naivePower(own: readonly Sample[], slots: Map<number, NaiveSlot>): void {
  for (const [index, [, toMs, to, quality = 'good']] of own.entries()) {
    const [, fromMs, from, before = 'good'] = own[index - 1] ?? [0, NaN, NaN, 'missing' as const];
    const isUsable = [quality, before].every((word) => word === 'good' || word === 'estimated');
    if (!isUsable || !Number.isFinite(from) || !Number.isFinite(to) || toMs - fromMs > longMs) continue;
    for (const [startMs, endMs] of pieces(fromMs, toMs)) {
      const slot = slotAt(slots, startMs);
      slot.coveredMs += endMs - startMs;
      // So fine that the turn through zero is met as nearly as the comparison asks.
      const parts = 2_000;
      for (let part = 0; part < parts; part += 1) {
        const atMs = startMs + ((endMs - startMs) * (part + 0.5)) / parts;
        const watts = from + ((to - from) * (atMs - fromMs)) / (toMs - fromMs);
        const mwh = (Math.abs(watts) * (endMs - startMs)) / parts / 3_600;
        if (watts > 0) slot.mwh += mwh;
        else slot.negativeMwh += mwh;
      }
    }
  }
}
