import type { AlertRule } from '../../core/alert.ts';

/** A rule as it is in force, and where it is from. */
export interface ListedRule {
  readonly rule: AlertRule;
  readonly origin: 'built-in' | 'own';
  /** As it is configured; of rules of one's own. */
  readonly condition: string | undefined;
  /** Ids; undefined: those of all alerts. */
  readonly notifiers: readonly string[] | undefined;
  /** Why it is left out; undefined while it is not. */
  readonly problem: string | undefined;
}
