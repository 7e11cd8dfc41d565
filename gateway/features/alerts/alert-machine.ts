import type { AlertObservation, AlertRule } from '../../core/alert.ts';
import type { AlertKind, StoredAlertState } from '../../storage/alert-calls.ts';

/** What the machine goes by of a rule. */
export type AlertTiming = Pick<AlertRule, 'forMs' | 'cooldownMs' | 'repeatMs' | 'tellsRecovery'>;

/** What it goes by of what was seen. */
export type AlertSpan = Pick<AlertObservation, 'fromMs' | 'toMs' | 'holds'>;

/** Something to be told. Times are those of what was observed, UTC epoch ms. */
export interface Told {
  readonly kind: Exclude<AlertKind, 'test'>;
  readonly episodeMs: number;
  /** Of a reminder from 1; else 0. */
  readonly sequence: number;
  readonly atMs: number;
}

export interface AlertStep {
  readonly state: StoredAlertState;
  /** At most one: a stretch holds all along, or not at all. */
  readonly told: Told | undefined;
}

/** Not known for so long at least, a pending episode is given up. */
const givenUpMsMin = 10 * 60_000;

/** So long may nothing be known of an episode that was not told yet. */
export function patienceMs({ forMs }: AlertTiming): number {
  return Math.max(forMs, givenUpMsMin);
}

/** Of a subject that nothing was seen of before. */
export function quietState(rule: string, subject: string, fromMs: number): StoredAlertState {
  return {
    ...{ rule, subject, state: 'quiet', sinceMs: null, alertedMs: null, reminders: 0 },
    ...{ unknownSinceMs: null, observedToMs: fromMs },
  };
}

/**
 * Pure: where a rule stands when it has seen a stretch, and what people are to be told because of it.
 *
 * | state        | holds                                   | does not hold  | is not known                         |
 * |--------------|-----------------------------------------|----------------|--------------------------------------|
 * | quiet        | pending                                 | –              | –                                    |
 * | pending      | held for long enough: firing, or held   | quiet          | quiet, when for longer than patience |
 * | held         | the cooldown is over: firing            | quiet          | the same                             |
 * | firing       | a reminder each repeat                  | recovered      | –                                    |
 * | acknowledged | –                                       | recovered      | –                                    |
 * | recovered    | pending                                 | –              | –                                    |
 *
 * What lies before `observedToMs` changes nothing; between that and `fromMs` nothing is known. In pieces or in one,
 * a stretch comes to the same alerts; but of several reminders in one piece only the newest is told, and none beside the
 * alert itself.
 */
export function step(state: StoredAlertState, span: AlertSpan, rule: AlertTiming): AlertStep {
  if (span.toMs <= Math.max(state.observedToMs, span.fromMs)) return { state, told: undefined };
  const fromMs = Math.max(span.fromMs, state.observedToMs);
  const known = fromMs > state.observedToMs ? notKnown(state, fromMs, rule) : state;
  if (span.holds === undefined) return { state: notKnown(known, span.toMs, rule), told: undefined };
  const seen = { ...known, unknownSinceMs: null, observedToMs: span.toMs };
  if (!span.holds) return ended(seen, fromMs, rule);
  return held(seen, { fromMs, toMs: span.toMs }, rule);
}

/** Nothing is known from where it was seen to on to `toMs`. */
function notKnown(state: StoredAlertState, toMs: number, rule: AlertTiming): StoredAlertState {
  const unknownSinceMs = state.unknownSinceMs ?? state.observedToMs;
  const unknown = { ...state, unknownSinceMs, observedToMs: toMs };
  if (!isUntold(state) || toMs - unknownSinceMs <= patienceMs(rule)) return unknown;
  return { ...unknown, state: 'quiet', sinceMs: null };
}

function ended(state: StoredAlertState, atMs: number, { tellsRecovery }: AlertTiming): AlertStep {
  if (isUntold(state)) return { state: { ...state, state: 'quiet', sinceMs: null }, told: undefined };
  if (!isTold(state)) return { state, told: undefined };
  const recovered: Told = { kind: 'recovered', episodeMs: state.sinceMs ?? atMs, sequence: 0, atMs };
  return {
    state: { ...state, state: 'recovered', sinceMs: atMs, reminders: 0 },
    told: tellsRecovery ? recovered : undefined,
  };
}

function held(state: StoredAlertState, span: { fromMs: number; toMs: number }, rule: AlertTiming): AlertStep {
  if (state.state === 'acknowledged') return { state, told: undefined };
  if (state.state === 'firing') return reminded(state, span, rule);
  const begun: StoredAlertState = isUntold(state)
    ? state
    : { ...state, state: 'pending', sinceMs: span.fromMs };
  const episodeMs = begun.sinceMs ?? span.fromMs;
  const ripeMs = Math.max(episodeMs + rule.forMs, span.fromMs);
  if (ripeMs > span.toMs) return { state: begun, told: undefined };
  const cooledMs = begun.alertedMs === null ? -Infinity : begun.alertedMs + rule.cooldownMs;
  // What it had to hold for is over with the stretch; whether it holds when the cooldown is over says the next one.
  if (cooledMs > ripeMs && cooledMs >= span.toMs)
    return { state: { ...begun, state: 'held' }, told: undefined };
  const atMs = Math.max(ripeMs, cooledMs);
  const fired: StoredAlertState = { ...begun, state: 'firing', alertedMs: atMs, reminders: 0 };
  // Whoever is told late that it began needs no reminder of that.
  const again = reminded(fired, { fromMs: atMs, toMs: span.toMs }, rule);
  return { state: again.state, told: { kind: 'alert', episodeMs, sequence: 0, atMs } };
}

/** The newest reminder that is due in the stretch, or became due while nothing was known. */
function reminded(
  state: StoredAlertState,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  { repeatMs }: AlertTiming,
): AlertStep {
  if (repeatMs === undefined || state.alertedMs === null) return { state, told: undefined };
  const sequence = Math.ceil((toMs - state.alertedMs) / repeatMs) - 1;
  if (sequence <= state.reminders) return { state, told: undefined };
  const atMs = Math.max(state.alertedMs + sequence * repeatMs, fromMs);
  const told: Told = { kind: 'reminder', episodeMs: state.sinceMs ?? state.alertedMs, sequence, atMs };
  return { state: { ...state, reminders: sequence }, told };
}

/** It holds, and nobody was told. */
export function isUntold({ state }: StoredAlertState): boolean {
  return state === 'pending' || state === 'held';
}

function isTold({ state }: StoredAlertState): boolean {
  return state === 'firing' || state === 'acknowledged';
}

/**
 * A clock that was set back has made times that are still to come: they are now. Nobody waits for longer than the
 * cooldown, or one repeat, because of them. An episode that was told keeps its name.
 */
export function notAfter(
  state: StoredAlertState,
  nowMs: number,
  { repeatMs = 0 }: Pick<AlertTiming, 'repeatMs'>,
): StoredAlertState {
  const { alertedMs, sinceMs, unknownSinceMs, reminders } = state;
  const remindedMs = reminders * repeatMs;
  const isAhead = alertedMs !== null && alertedMs + remindedMs > nowMs;
  const hasAny = Math.max(state.observedToMs, unknownSinceMs ?? 0, sinceMs ?? 0) > nowMs || isAhead;
  if (!hasAny) return state;
  return {
    ...state,
    sinceMs: sinceMs === null || isTold(state) ? sinceMs : Math.min(sinceMs, nowMs),
    alertedMs: isAhead ? nowMs - remindedMs : alertedMs,
    unknownSinceMs: unknownSinceMs === null ? null : Math.min(unknownSinceMs, nowMs),
    observedToMs: Math.min(state.observedToMs, nowMs),
  };
}
