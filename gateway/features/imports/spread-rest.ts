import { tariffBandInterval, tariffBands, type TariffBand } from '../../core/tariff-band.ts';
import type { TempoDay } from '../../core/tempo-day.ts';
import type { MeteredInterval, MeteredKind } from '../../storage/server-calls.ts';

/** A whole band of which the energy is known. */
export interface TakenBand {
  readonly day: TempoDay;
  readonly band: TariffBand;
  readonly kind: MeteredKind;
  /** null exactly when it is down. */
  readonly mwh: number | null;
}

/** Peak hours are 16, off-peak hours 8. */
const weights = { peak: 2, 'off-peak': 1 } as const;

/**
 * All bands of the days: those that are taken as they are, and the rest of the energy spread over the others by their
 * hours, what is left over to the earliest. Where there are no others, it goes to the last day (`isOnTaken`).
 *
 * @param taken by `day band`
 * @param restMwh whole, not negative
 */
export function spreadRest(
  days: readonly TempoDay[],
  taken: ReadonlyMap<string, TakenBand>,
  restMwh: number,
): { readonly bands: readonly MeteredInterval[]; readonly isOnTaken: boolean } {
  const all = days.flatMap((day) =>
    tariffBands.map((band): TakenBand => taken.get(`${day} ${band}`) ?? openBand(day, band)),
  );
  const free = all.filter(({ day, band }) => !taken.has(`${day} ${band}`));
  const isOnTaken = free.length === 0 && restMwh > 0;
  const receivers = isOnTaken ? all.slice(-tariffBands.length) : free;
  const shares = sharesOf(receivers, restMwh);
  const bands = all.map((one): MeteredInterval => {
    const share = shares.get(one) ?? 0;
    const kind = share > 0 ? 'estimated' : one.kind;
    const mwh = share > 0 ? (one.mwh ?? 0) + share : one.mwh;
    return {
      ...one,
      ...tariffBandInterval(one.day, one.band),
      kind,
      mwh,
      startTotalMwh: null,
      endTotalMwh: null,
    };
  });
  return { bands, isOnTaken };
}

function openBand(day: TempoDay, band: TariffBand): TakenBand {
  return { day, band, kind: 'estimated', mwh: 0 };
}

function sharesOf(receivers: readonly TakenBand[], restMwh: number): ReadonlyMap<TakenBand, number> {
  const [total, rest] = [receivers.reduce((sum, { band }) => sum + weights[band], 0), BigInt(restMwh)];
  const shares = new Map<TakenBand, number>();
  let leftMwh = restMwh;
  for (const receiver of receivers) {
    const share = Number((rest * BigInt(weights[receiver.band])) / BigInt(total));
    shares.set(receiver, share);
    leftMwh -= share;
  }
  const [first] = receivers;
  if (first !== undefined) shares.set(first, (shares.get(first) ?? 0) + leftMwh);
  return shares;
}
