import type { Interval } from '../../../../gateway/core/interval.ts';
import type { PowerSignal, PowerSignals, SignalKind } from '../../../../gateway/core/power-signal.ts';
import type { PlanInput, PlannedWork } from '../../../../gateway/features/jobs/plan/plan.ts';
import { parseWhen } from '../../../../gateway/features/jobs/parse-when.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** A Sunday, 12:00 in UTC and 13:00 in Paris. */
export const noonMs = Date.parse('2026-11-22T12:00:00Z');

/** A job of an hour to be done within 12 hours of noon, unless something else is said. */
export function job(id: number, when: string, otherwise: Partial<PlannedWork> = {}): PlannedWork {
  return {
    id,
    when: parseWhen(when),
    queuedMs: noonMs,
    deadlineMs: noonMs + 12 * hourMs,
    remainingMs: hourMs,
    powerWatts: 1_000,
    isInterruptible: false,
    state: 'waiting',
    ...otherwise,
  };
}

/** Values one after the other from noon on; undefined is a gap. */
export function signal(
  kind: SignalKind,
  values: readonly (number | undefined)[],
  { slotMs = hourMs, fromMs = noonMs, knownSlots = values.length } = {},
): PowerSignal {
  const slots = values.flatMap((value, index) => {
    const startMs = fromMs + index * slotMs;
    const basis = index < knownSlots ? ('known' as const) : ('forecast' as const);
    return value === undefined ? [] : [{ startMs, endMs: startMs + slotMs, value, basis }];
  });
  return { kind, slots, unknown: values[0] === undefined ? 'it was not said' : undefined };
}

export function signals(...given: readonly PowerSignal[]): PowerSignals {
  const of = (kind: SignalKind): PowerSignal =>
    given.find((each) => each.kind === kind) ?? { kind, slots: [], unknown: 'there is no source' };
  return {
    carbon: of('carbon'),
    price: of('price'),
    surplus: of('surplus'),
    red: of('red'),
    own_export: of('own_export'),
  };
}

export function input(
  work: readonly PlannedWork[],
  known: readonly PowerSignal[],
  otherwise: Partial<PlanInput> = {},
): PlanInput {
  return {
    nowMs: noonMs,
    zone: 'Europe/Paris',
    work,
    signals: signals(...known),
    parallelMax: 2,
    ...otherwise,
  };
}

/** `12:30+90` for 90 minutes from 12:30 UTC on. */
export function spoken(slots: readonly Interval[]): string {
  return slots
    .map(({ startMs, endMs }) => {
      const minutes = (endMs - startMs) / minuteMs;
      return `${new Date(startMs).toISOString().slice(11, 16)}+${minutes}`;
    })
    .join(' ');
}
