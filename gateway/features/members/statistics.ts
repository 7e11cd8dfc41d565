import { serverAccount } from '../../core/metered-day.ts';
import { addDays, tempoDayAt, weekdayOf, type TempoDay } from '../../core/tempo-day.ts';
import type { StorePort } from '../store-port.ts';
import { Account } from './account.ts';
import { ratedDays, type DayRange, type RatingPorts } from './rated-days.ts';

/** Stretches of tariff days until the one that runs; of `yesterday`, the one before it. */
export const statisticsPeriods = ['global', 'year', 'month', 'week', 'yesterday', 'day'] as const;

export type StatisticsPeriod = (typeof statisticsPeriods)[number];

export interface PeriodAccount extends DayRange {
  readonly period: StatisticsPeriod;
  readonly account: Account;
}

export interface StatisticsPorts extends RatingPorts {
  readonly store: RatingPorts['store'] & StorePort<'getMeterMark'>;
}

/** Accounts of the periods that are asked for, in their order; each day is computed once. Errors: as of {@link ratedDays}. */
export async function statistics(
  ports: StatisticsPorts,
  wanted: readonly StatisticsPeriod[],
  { nowMs, signal }: { readonly nowMs: number; readonly signal?: AbortSignal },
): Promise<readonly PeriodAccount[]> {
  const today = tempoDayAt(nowMs);
  const mark = await ports.store.call('getMeterMark', serverAccount);
  const accounts = wanted.map((period) => ({
    ...{ period, account: new Account() },
    ...periodRange(period, today, mark?.firstDay ?? today),
  }));
  const first = accounts.map((one) => one.first).toSorted()[0] ?? today;
  for await (const rated of ratedDays(ports, { first, last: today }, signal))
    for (const one of accounts) if (one.first <= rated.day && rated.day <= one.last) one.account.add(rated);
  return accounts;
}

/** @param firstDay with which the accounts of the server begin */
export function periodRange(period: StatisticsPeriod, today: TempoDay, firstDay: TempoDay): DayRange {
  switch (period) {
    case 'global':
      return { first: firstDay < today ? firstDay : today, last: today };
    case 'year':
      return { first: `${today.slice(0, 4)}-01-01`, last: today };
    case 'month':
      return { first: `${today.slice(0, 7)}-01`, last: today };
    case 'week':
      return { first: addDays(today, -((weekdayOf(today) + 6) % 7)), last: today };
    case 'yesterday':
      return { first: addDays(today, -1), last: addDays(today, -1) };
    case 'day':
      return { first: today, last: today };
  }
}
