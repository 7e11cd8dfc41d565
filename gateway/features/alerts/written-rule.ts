import type { AlertSeverity } from '../../core/alert.ts';
import type { StateName } from './rule-condition.ts';

/** A rule as it stands in the configuration, after its checks. Durations are texts such as `5m`. */
export interface WrittenRule {
  readonly id: string;
  readonly enabled?: boolean;
  readonly severity?: AlertSeverity;
  readonly for?: string;
  readonly cooldown?: string;
  readonly repeat?: string;
  readonly recovered?: boolean;
  readonly notifiers?: readonly string[];
  readonly title?: string;
  readonly text?: string;
  readonly reading?: string;
  readonly above?: number;
  readonly below?: number;
  readonly equals?: number;
  readonly differs?: number;
  readonly clears?: number;
  readonly state?: { readonly of: string; readonly is: readonly StateName[] };
  readonly health?: string;
  readonly status?: 'degraded' | 'failing';
  readonly silent?: string;
  readonly periods?: number;
}
