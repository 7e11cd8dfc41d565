import {
  costOfDay,
  everyDay,
  meteredDays,
  serverAccount,
  wholeDay,
  type MeteredBand,
  type MeteredCost,
  type MeteredDay,
} from '../../core/metered-day.ts';
import { addDays, tempoDayInterval, type TempoDay } from '../../core/tempo-day.ts';
import type { TempoKnowledge } from '../../core/tempo-knowledge.ts';
import type { StoredDerogation, StoredPresence } from '../../storage/member-calls.ts';
import type { StorePort } from '../store-port.ts';
import { isPresent } from './presence-rules.ts';
import { shareDay, type DayShares } from './share-day.ts';

/** Days that are computed in one go: a few milliseconds. */
const pageDays = 32;

/** A tariff day with what it took, what that cost, and who bears it. */
export interface RatedDay extends DayShares {
  readonly metered: MeteredDay;
  readonly day: TempoDay;
  readonly whole: MeteredBand;
  readonly cost: MeteredCost;
  /** That touch it, and hold. */
  readonly derogations: readonly StoredDerogation[];
  /** Ids of members. */
  readonly present: readonly string[];
}

export interface RatingPorts {
  readonly store: StorePort<'listMetered' | 'listPresences' | 'listDerogations'>;
  readonly tempo: Pick<TempoKnowledge, 'priceOf' | 'whyNoPrice'>;
}

/** Days from first to last, both included. */
export interface DayRange {
  readonly first: TempoDay;
  readonly last: TempoDay;
}

/**
 * Every tariff day of the range in order, whether anything was read or not; by pages, so that others run in between.
 * Errors: those of the store, and what the signal fires with.
 */
export async function* ratedDays(
  { store, tempo }: RatingPorts,
  { first, last }: DayRange,
  signal?: AbortSignal,
): AsyncGenerator<RatedDay> {
  const presences = await store.call('listPresences');
  for (let from = first; from <= last; from = addDays(from, pageDays)) {
    signal?.throwIfAborted();
    const end = addDays(from, pageDays - 1);
    const page = { first: from, last: end < last ? end : last };
    const { intervals } = await store.call('listMetered', {
      ...{ meter: serverAccount, daysMax: pageDays },
      ...page,
    });
    const derogations = await store.call('listDerogations', { ...instantsOf(page), withRemoved: false });
    for (const metered of everyDay(meteredDays(intervals), page))
      yield rateDay(metered, { tempo, presences, derogations });
  }
}

/** Pure: the same whenever it is computed. */
export function rateDay(
  metered: MeteredDay,
  of: {
    readonly tempo: RatingPorts['tempo'];
    readonly presences: readonly StoredPresence[];
    readonly derogations: readonly StoredDerogation[];
  },
): RatedDay {
  const { day } = metered;
  const range = tempoDayInterval(day);
  const derogations = of.derogations.filter(
    ({ startMs, endMs, removedMs }) => removedMs === null && startMs < range.endMs && endMs > range.startMs,
  );
  const present = of.presences.filter((one) => isPresent(one, day)).map(({ member }) => member);
  const whole = wholeDay(metered);
  const cost = costOfDay(metered, of.tempo);
  const shares = shareDay(
    { mwh: whole.mwh ?? 0, microEuros: cost.microEuros },
    { holders: derogations.map(({ member }) => member), present },
  );
  return { ...shares, metered, day, whole, cost, derogations, present };
}

export function instantsOf({ first, last }: DayRange): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: tempoDayInterval(first).startMs, toMs: tempoDayInterval(last).endMs };
}
