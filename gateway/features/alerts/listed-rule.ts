import type { AlertRule } from '../../core/alert.ts';
import type { RuleCondition } from './rule-condition.ts';

/** A rule as it is in force, and where it is from. */
export interface ListedRule {
  readonly rule: AlertRule;
  readonly origin: 'built-in' | 'own';
  /** What it watches; of rules of one's own. */
  readonly condition: RuleCondition | undefined;
  /** Ids; undefined: those of all alerts. */
  readonly notifiers: readonly string[] | undefined;
  /** Why it, or what is set of it, is left out; undefined while it is not. */
  readonly problem: string | undefined;
}
