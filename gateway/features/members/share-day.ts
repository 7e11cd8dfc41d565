import { splitEqually } from '../../core/micro-euros.ts';

/** What is shared of one tariff day. */
export interface SharedAmounts {
  /** Whole. */
  readonly mwh: number;
  /** Whole; null: what it costs is not known. */
  readonly microEuros: number | null;
}

/** By what a day is shared. */
export type ShareBasis = 'derogations' | 'presence' | 'unassigned';

export interface DayShares {
  readonly basis: ShareBasis;
  /** Of each who has a part, by id; empty when it is unassigned. They add up to what is shared. */
  readonly shares: ReadonlyMap<string, SharedAmounts>;
}

/**
 * A day with derogations is shared by their holders alone, any other by those who are there, equally; what is left over
 * goes to the earliest id. Ids may come twice.
 */
export function shareDay(
  amounts: SharedAmounts,
  { holders, present }: { readonly holders: readonly string[]; readonly present: readonly string[] },
): DayShares {
  const basis = holders.length > 0 ? 'derogations' : present.length > 0 ? 'presence' : 'unassigned';
  if (basis === 'unassigned') return { basis, shares: new Map() };
  const ids = [...new Set(basis === 'derogations' ? holders : present)];
  const energy = splitEqually(amounts.mwh, ids);
  const cost = amounts.microEuros === null ? undefined : splitEqually(amounts.microEuros, ids);
  const shares = new Map<string, SharedAmounts>();
  for (const [id, mwh] of energy) shares.set(id, { mwh, microEuros: cost?.get(id) ?? null });
  return { basis, shares };
}
