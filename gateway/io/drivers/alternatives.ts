import type { QuantityName } from '../../core/quantity.ts';
import type { DerivedField } from './register-map.ts';

/**
 * A quantity that has several registers, of which a device fills some: the first that is not 0 counts, as what is
 * not filled is 0 in some models and "not available" or refused in others. All of them 0: it is 0.
 */
export function firstFilled(quantity: QuantityName, names: readonly string[]): DerivedField[] {
  return [
    ...names.map((name): DerivedField => ({
      quantity,
      from: [name],
      compute: ([value]) => (value === 0 ? undefined : value),
    })),
    ...names.map((name): DerivedField => ({ quantity, from: [name], compute: ([value]) => value })),
  ];
}

/**
 * Where each direction has a register of its own: what comes in less what goes out. Of a device that is known to
 * have one of them only, that one tells while something flows its way.
 */
export function netOf(quantity: QuantityName, incoming: string, outgoing: string): DerivedField[] {
  return [
    { quantity, from: [incoming, outgoing], compute: ([inW = NaN, outW = NaN]) => inW - outW },
    {
      quantity,
      from: [incoming],
      unless: [outgoing],
      compute: ([inW = NaN]) => (inW === 0 ? undefined : inW),
    },
    {
      quantity,
      from: [outgoing],
      unless: [incoming],
      compute: ([outW = NaN]) => (outW === 0 ? undefined : -outW),
    },
  ];
}
