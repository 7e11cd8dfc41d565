import type { StoredStatement } from '../../storage/member-calls.ts';
import type { StorePort } from '../store-port.ts';

type Store = StorePort<'getSetting' | 'putSetting'>;

/** What each owed for a year when he paid, by member: his statement may have been made anew since. */
export type PaidAmounts = ReadonlyMap<string, number>;

/** Errors: those of the store. */
export async function readPaidAmounts(store: Store, year: number): Promise<PaidAmounts> {
  const text = await store.call('getSetting', nameOf(year));
  try {
    const amounts = Object.entries(JSON.parse(text ?? '{}') as Record<string, unknown>);
    return new Map(
      amounts.flatMap(([member, amount]) => (Number.isSafeInteger(amount) ? [[member, Number(amount)]] : [])),
    );
  } catch {
    return new Map();
  }
}

/** Errors: those of the store. */
export async function keepPaidAmounts(store: Store, year: number, amounts: PaidAmounts): Promise<void> {
  await store.call('putSetting', nameOf(year), JSON.stringify(Object.fromEntries(amounts)));
}

/** Before statements are made anew: of whoever paid without an amount being kept, it is that of his statement. */
export async function keepPaidBefore(
  store: Store,
  year: number,
  earlier: readonly StoredStatement[],
): Promise<void> {
  const known = await readPaidAmounts(store, year);
  const paid = earlier.filter(({ member, paidDay }) => paidDay !== null && !known.has(member));
  if (paid.length === 0) return;
  const added = paid.map(({ member, microEuros }) => [member, microEuros] as const);
  await keepPaidAmounts(store, year, new Map([...known, ...added]));
}

/** Whole micro-euros that are still to be paid; negative: he paid too much. */
export function openOf({ member, microEuros, paidDay }: StoredStatement, amounts: PaidAmounts): number {
  return paidDay === null ? microEuros : microEuros - (amounts.get(member) ?? microEuros);
}

function nameOf(year: number): string {
  return `statement.${year}.paid`;
}
