import { microEurosOf } from '../../../core/micro-euros.ts';
import { tariffBandInterval, tariffBands, type TariffBand } from '../../../core/tariff-band.ts';
import { addDays, tempoDayAt, tempoDayInterval } from '../../../core/tempo-day.ts';
import type { TempoColour } from '../../../core/tempo-rules.ts';
import type { TariffSettings } from '../tariff-section.ts';
import type { PriceSlot, TariffKind } from './tariff.ts';

/**
 * EDF Tempo: the price of a day from 06:00 to 06:00 in France goes by its colour and its date, and is lower from 22:00
 * on. A price of the configuration holds on every date.
 */
export const tempo: TariffKind = {
  id: 'tempo',
  title: 'EDF Tempo: six prices, by the colour of the day',
  open: ({ tempo: given = {} }, { coloursOf, tempoPriceOf }) => ({
    prices: (range) => {
      const slots: PriceSlot[] = [];
      for (let day = tempoDayAt(range.startMs); ; day = addDays(day, 1)) {
        if (tempoDayInterval(day).startMs >= range.endMs) return slots;
        const [colour, ...others] = coloursOf(day);
        if (colour === undefined || others.length > 0) continue;
        for (const band of tariffBands) {
          const price = givenPrice(given, colour, band) ?? tempoPriceOf(day, colour, band);
          const { startMs, endMs } = tariffBandInterval(day, band);
          const slot = { startMs: Math.max(startMs, range.startMs), endMs: Math.min(endMs, range.endMs) };
          if (price !== undefined && slot.startMs < slot.endMs)
            slots.push({ ...slot, microEurosPerKwh: price });
        }
      }
    },
    whyUnknown:
      'the colour of the day is not known, or there is no price for its date (see egw tempo status)',
  }),
};

/** Whole micro-euros per kWh of one of the six prices of the configuration; undefined where it gives none. */
export function givenPrice(
  given: NonNullable<TariffSettings['tempo']>,
  colour: TempoColour,
  band: TariffBand,
): number | undefined {
  const euros = given[`${colour}${band === 'peak' ? 'Peak' : 'OffPeak'}Price`];
  return euros === undefined ? undefined : microEurosOf(euros);
}
