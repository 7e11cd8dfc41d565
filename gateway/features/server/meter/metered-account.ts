import { everyDay, meteredDays, serverAccount, type MeteredDay } from '../../../core/metered-day.ts';
import type { TempoDay } from '../../../core/tempo-day.ts';
import type { MeteredInterval } from '../../../storage/server-calls.ts';
import type { StorePort } from '../../store-port.ts';

const daysInCall = 400;

export interface AccountRange {
  readonly first: TempoDay;
  /** In it. */
  readonly last: TempoDay;
}

/** Every tariff day of a range, in order, also those of which nothing was read. Errors: those of the store. */
export async function accountDays(
  store: StorePort<'listMetered'>,
  unstored: () => readonly MeteredInterval[],
  range: AccountRange,
): Promise<readonly MeteredDay[]> {
  return everyDay(meteredDays(await accountIntervals(store, unstored, range)), range);
}

/** What is on disk of a range of days, and instead of that what is not there yet. Errors: those of the store. */
export async function accountIntervals(
  store: StorePort<'listMetered'>,
  unstored: () => readonly MeteredInterval[],
  { first, last }: AccountRange,
): Promise<readonly MeteredInterval[]> {
  const intervals = new Map<string, MeteredInterval>();
  const add = (interval: MeteredInterval): void => {
    if (interval.day < first || interval.day > last) return;
    intervals.set(`${interval.day} ${interval.band} ${interval.startMs}`, interval);
  };
  for (let day: TempoDay | undefined = first; day !== undefined && day <= last;) {
    const query = { meter: serverAccount, first: day, last, daysMax: daysInCall };
    const page: { readonly intervals: readonly MeteredInterval[]; readonly nextDay?: TempoDay } =
      await store.call('listMetered', query);
    page.intervals.forEach(add);
    day = page.nextDay;
  }
  unstored().forEach(add);
  return [...intervals.values()];
}
