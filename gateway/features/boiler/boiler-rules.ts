import type { AlertRule } from '../../core/alert.ts';
import { boilerWords, type BoilerRuleId } from './boiler-words.ts';

const minuteMs = 60_000;

type Habits = Pick<AlertRule, 'severity' | 'forMs' | 'cooldownMs' | 'isEnabled'>;

const usual: Habits = { severity: 'safety', forMs: 0, cooldownMs: 10 * minuteMs, isEnabled: true };

/** When people are told, unless the configuration of alerts says otherwise. */
const habits: Readonly<Record<BoilerRuleId, Habits>> = {
  'boiler-fire-out': usual,
  'boiler-jam': { ...usual, forMs: 5 * minuteMs },
  'boiler-watch': { ...usual, severity: 'warning', forMs: 30 * minuteMs, isEnabled: false },
  'boiler-silent': { ...usual, cooldownMs: 60 * minuteMs },
  'boiler-stuck': { ...usual, cooldownMs: 60 * minuteMs },
};

/** What people are told of the boiler. @param isTold whether they are told at all */
export function boilerRules(isTold: boolean): readonly AlertRule[] {
  return (Object.keys(habits) as BoilerRuleId[]).map((id) => {
    const habit = habits[id];
    return {
      id,
      ...habit,
      isEnabled: isTold && habit.isEnabled,
      repeatMs: undefined,
      tellsRecovery: true,
      words: boilerWords[id],
      page: '#/boiler',
    };
  });
}

/** Ids of the boiler's rules. */
export const boilerRuleIds: readonly string[] = Object.keys(habits);
