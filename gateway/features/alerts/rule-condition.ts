import type { WrittenRule } from './written-rule.ts';

/** What devices and sources can be in. */
export const stateNames = [
  'unseen',
  'up',
  'suspect',
  'failing',
  'down',
  'disabled',
  'skipped',
  'quarantined',
] as const;

export type StateName = (typeof stateNames)[number];

/** Of a value; `clears`: what it must be back at before it is over. */
export interface ValueTest {
  readonly kind: 'above' | 'below' | 'equals' | 'differs';
  readonly limit: number;
  readonly clears: number;
}

/** What a rule of one's own watches. */
export type RuleCondition =
  | {
      readonly kind: 'reading';
      /** Or a part of a source. */
      readonly device: string;
      readonly quantity: string;
      readonly test: ValueTest;
    }
  | { readonly kind: 'state'; readonly of: string; readonly is: readonly StateName[] }
  | { readonly kind: 'health'; readonly prefix: string; readonly status: 'degraded' | 'failing' }
  | { readonly kind: 'silent'; readonly of: string; readonly periods: number };

export const conditionKeys = ['reading', 'state', 'health', 'silent'] as const;
export const testKinds = ['above', 'below', 'equals', 'differs'] as const;

/** Unless said: a source is silent after so many of its periods. */
export const silentPeriodsDefault = 3;

/** Of a rule that has passed its checks; undefined: it has none, as it sets one that there is. */
export function conditionOf(rule: WrittenRule): RuleCondition | undefined {
  const { reading, state, health, silent, status = 'degraded', periods = silentPeriodsDefault } = rule;
  if (reading !== undefined) {
    const series = seriesOf(reading);
    const test = testOf(rule);
    return series && test && { kind: 'reading', ...series, test };
  }
  if (state !== undefined) return { kind: 'state', of: state.of, is: state.is };
  if (health !== undefined) return { kind: 'health', prefix: health, status };
  return silent === undefined ? undefined : { kind: 'silent', of: silent, periods };
}

/** `freezer/temperature_c`, `boiler/28-00000a69bebf/temperature_c`; undefined when it has no two parts. */
export function seriesOf(
  reading: string,
): { readonly device: string; readonly quantity: string } | undefined {
  const at = reading.lastIndexOf('/');
  const device = reading.slice(0, Math.max(0, at));
  const quantity = reading.slice(at + 1);
  return device === '' || quantity === '' ? undefined : { device, quantity };
}

/** What alerts of it are about. */
export function subjectOf(condition: RuleCondition): string {
  if (condition.kind === 'reading') return `${condition.device}/${condition.quantity}`;
  return condition.kind === 'health' ? condition.prefix : condition.of;
}

/** In the words of the configuration. */
export function conditionText(condition: RuleCondition): string {
  if (condition.kind === 'state') return `state of ${condition.of}: ${condition.is.join(', ')}`;
  if (condition.kind === 'health') return `health ${condition.prefix}: ${condition.status}`;
  if (condition.kind === 'silent') return `silent ${condition.of}: ${condition.periods} periods`;
  const { kind, limit, clears } = condition.test;
  const end = clears === limit ? '' : `, clears ${clears}`;
  return `${subjectOf(condition)} ${kind} ${limit}${end}`;
}

/**
 * Whether it holds now. Between its limit and where it clears it goes on as it was.
 * @param wasHolding when it was looked at before
 */
export function valueHolds({ kind, limit, clears }: ValueTest, value: number, wasHolding: boolean): boolean {
  if (kind === 'equals') return value === limit;
  if (kind === 'differs') return value !== limit;
  if (kind === 'above') return wasHolding ? value > clears : value > limit;
  return wasHolding ? value < clears : value < limit;
}

function testOf(rule: WrittenRule): ValueTest | undefined {
  const kind = testKinds.find((name) => rule[name] !== undefined);
  const limit = kind && rule[kind];
  return kind === undefined || limit === undefined
    ? undefined
    : { kind, limit, clears: rule.clears ?? limit };
}
