import { median } from './measure.ts';
import type { Observed } from './slave/slave.ts';

/** How one series of requests kept its beats. */
export interface Cadence {
  /** Beats of the window, and those of them at which a request came. */
  readonly expected: number;
  readonly made: number;
  /** Where the beats stand: beat k is at `phaseMs` + k × the period. */
  readonly phaseMs: number;
  /** How late each request came, against its beat; negative is early. */
  readonly lateMs: readonly number[];
}

/** A beat this close to the window's ends is not counted: on which side it fell is chance. */
const marginMs = 100;

/**
 * Requests against the grid they are meant for: the given one, or the one that fits them best (by the median,
 * so that a few late ones do not move it). One request a beat.
 */
export function cadenceOf(
  arrivalsMs: readonly number[],
  window: Pick<Observed, 'fromMs' | 'toMs'>,
  periodMs: number,
  phaseMs = fittingPhaseMs(arrivalsMs, periodMs),
): Cadence {
  const from = Math.ceil((window.fromMs + marginMs - phaseMs) / periodMs);
  const to = Math.floor((window.toMs - marginMs - phaseMs) / periodMs);
  const beats = new Set<number>();
  const lateMs: number[] = [];
  for (const arrivalMs of arrivalsMs) {
    const beat = Math.round((arrivalMs - phaseMs) / periodMs);
    if (beat < from || beat > to) continue;
    beats.add(beat);
    lateMs.push(arrivalMs - phaseMs - beat * periodMs);
  }
  return { expected: Math.max(0, to - from + 1), made: beats.size, phaseMs, lateMs };
}

/** Sums over several series: polls, and how far they were off their beats, either way. */
export function summaryOf(cadences: readonly Cadence[]): {
  readonly expected: number;
  readonly made: number;
  readonly lateMs: readonly number[];
  readonly offMs: readonly number[];
} {
  const lateMs = cadences.flatMap((cadence) => cadence.lateMs);
  return {
    expected: cadences.reduce((sum, { expected }) => sum + expected, 0),
    made: cadences.reduce((sum, { made }) => sum + made, 0),
    lateMs,
    offMs: lateMs.map(Math.abs),
  };
}

function fittingPhaseMs(arrivalsMs: readonly number[], periodMs: number): number {
  const first = arrivalsMs[0];
  if (first === undefined) return 0;
  return first + median(arrivalsMs.map((arrivalMs) => offsetMs(arrivalMs - first, periodMs)));
}

function offsetMs(sinceMs: number, periodMs: number): number {
  return sinceMs - Math.round(sinceMs / periodMs) * periodMs;
}
