import type { BoilerMinute, BoilerPhase } from '../../../../gateway/faces/web/page/boiler-minute.ts';
import type {
  BoilerEvent,
  BoilerInputNow,
  BoilerNow,
} from '../../../../gateway/faces/web/page/boiler-types.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** A Saturday noon in Paris. */
export const nowMs = Date.parse('2026-11-21T11:00:00Z');
export const time = { nowMs, zone: 'Europe/Paris' };

const off = { igniter: null, primaryFan: null, secondaryFan: null, auger: null };

/** The minute that is so many after `nowMs`. */
export function minuteAfter(
  minutes: number,
  phase: BoilerPhase = 'combustion',
  facts: Partial<BoilerMinute> = {},
): BoilerMinute {
  const startMs = nowMs + minutes * minuteMs;
  return { startMs, endMs: startMs + minuteMs, waterC: 60, flueC: null, isOn: off, phase, ...facts };
}

export function phaseEvent(minutes: number, phase: BoilerPhase): BoilerEvent {
  return { atMs: nowMs + minutes * minuteMs, kind: 'phase', phase, before: null, rule: null, alert: null };
}

export function inputNow(
  input: BoilerInputNow['input'],
  facts: Partial<BoilerInputNow> = {},
): BoilerInputNow {
  return {
    ...{ input, isNeeded: false, configured: `boiler/${input}`, value: null, isOn: null },
    ...{ atMs: nowMs - 3_000, problem: null, hint: null, ...facts },
  };
}

export function boilerNow(facts: Partial<BoilerNow> = {}): BoilerNow {
  return {
    ...{ name: 'Cellar', comment: '', phase: 'combustion', sinceMs: nowMs - hourMs, isProvisional: false },
    ...{ isTold: true, failureC: 56, inputs: [inputNow('water', { value: 61.25 })], minima: [] },
    settings: { rawHours: 5, minuteDays: 35 },
    ...facts,
  };
}
