import { quietState, step } from '../../../gateway/features/alerts/alert-machine.ts';
import { boilerRules } from '../../../gateway/features/boiler/boiler-rules.ts';
import type { Phase, PhaseMinute } from '../../../gateway/features/boiler/phase.ts';
import type { StoredAlertState } from '../../../gateway/storage/alert-calls.ts';

const minuteMs = 60_000;

type OnOff = 0 | 1 | null;

/** A minute of a table: when, °C, fan, igniter, the phase that it comes to, and what people are told in it. */
export type PhaseRow = readonly [
  minute: number,
  waterC: number | null,
  fan: OnOff,
  igniter: OnOff,
  phase: Phase,
  alerts?: string,
];

/** Minutes that are alike, from one to another, which is in it. */
export function alike(
  fromMinute: number,
  toMinute: number,
  ...rest: readonly [waterC: number | null, fan: OnOff, igniter: OnOff, phase: Phase]
): readonly PhaseRow[] {
  return Array.from({ length: toMinute - fromMinute + 1 }, (_, index): PhaseRow => [
    fromMinute + index,
    ...rest,
  ]);
}

export function minutesOf(rows: readonly PhaseRow[]): readonly PhaseMinute[] {
  return rows.map(([minute, waterC, fan, igniter]) => ({
    startMs: minute * minuteMs,
    waterC,
    isIgniterOn: igniter === null ? null : igniter === 1,
    isPrimaryFanOn: fan === null ? null : fan === 1,
  }));
}

const alertPhases: Readonly<Record<string, Phase>> = { 'boiler-fire-out': 'stop', 'boiler-jam': 'jam' };

/** What people are told of phases, minute by minute: `fire-out`, `fire-out recovered`. Goes on after a restart. */
export class ToldRows {
  readonly #states = new Map<string, StoredAlertState>();

  /** Of one minute; what was seen before tells nothing. */
  tell(minute: number, phase: Phase): string {
    const told: string[] = [];
    for (const rule of boilerRules(true)) {
      const bad = alertPhases[rule.id];
      if (bad === undefined) continue;
      const fromMs = minute * minuteMs;
      const holds = phase === 'undefined' ? undefined : phase === bad;
      const before = this.#states.get(rule.id) ?? quietState(rule.id, 'boiler', fromMs);
      const after = step(before, { fromMs, toMs: fromMs + minuteMs, holds }, rule);
      this.#states.set(rule.id, after.state);
      const name = rule.id.replace('boiler-', '');
      if (after.told !== undefined)
        told.push(after.told.kind === 'alert' ? name : `${name} ${after.told.kind}`);
    }
    return told.join(', ');
  }
}
