import { signalAt, type PowerSignal } from '../../../core/power-signal.ts';
import type { Interval } from '../../../core/interval.ts';
import type { WhenTerm } from '../when.ts';
import { intersect, joined } from './interval-sets.ts';
import type { PlanScene } from './plan-scene.ts';

export type GateTerm = Extract<WhenTerm, { kind: 'surplus' | 'own_export' }>;

/** What must hold when a job starts: whether it does, and when it is expected to. */
export interface StartGates {
  /** Terms of the job; none: it may start at any time. */
  readonly terms: readonly GateTerm[];
  /** When all of them hold; now only where that is measured. */
  readonly open: readonly Interval[];
  /** The first of them that is not known now. */
  readonly unknown: GateTerm | undefined;
  /** The first of them that is known not to hold now. */
  readonly shut: GateTerm | undefined;
  /** W that jobs draw which the mean of the export does not show yet. */
  readonly takenWatts: number;
}

export function findStartGates(terms: readonly GateTerm[], scene: PlanScene, takenWatts: number): StartGates {
  let open: readonly Interval[] = [scene.range];
  let [unknown, shut]: (GateTerm | undefined)[] = [];
  for (const term of terms) {
    const signal = scene.signal(term.kind);
    const holds = gateRule(term, takenWatts);
    const now = signalAt(signal, scene.nowMs);
    const isKnown = now?.basis === 'known';
    if (!isKnown) unknown ??= term;
    else if (!holds(now.value, true)) shut ??= term;
    open = intersect(open, openTimes(signal, scene, holds));
  }
  return { terms, open, unknown, shut, takenWatts };
}

type GateRule = (value: number, isNow: boolean) => boolean;

function gateRule(term: GateTerm, takenWatts: number): GateRule {
  if (term.kind === 'surplus') return (value) => value > 0;
  return (value, isNow) => value - (isNow ? takenWatts : 0) >= term.watts;
}

function openTimes(signal: PowerSignal, { nowMs, range }: PlanScene, holds: GateRule): readonly Interval[] {
  const open: Interval[] = [];
  for (const { startMs, endMs, value, basis } of signal.slots) {
    if (endMs <= nowMs) continue;
    const isNow = startMs <= nowMs;
    if ((isNow && basis !== 'known') || !holds(value, isNow)) continue;
    // Whoever comes a little late finds now as it is, not as it was.
    open.push({ startMs: isNow ? range.startMs : startMs, endMs });
  }
  return joined(open);
}
