import type { Interval } from '../../../core/interval.ts';
import {
  addDays,
  frenchInstantMs,
  tempoDayAt,
  tempoDayInterval,
  type TempoDay,
} from '../../../core/tempo-day.ts';
import { tempoColours, type TempoColour } from '../../../core/tempo-rules.ts';
import { tariffDefaults, type TariffSettings } from '../tariff-section.ts';
import { microEuros } from './price-in-euros.ts';
import type { PriceSlot, TariffKind } from './tariff.ts';

const peakEndsHour = 22;

interface ColourPrices {
  readonly peak: number;
  readonly offPeak: number;
}

/** EDF Tempo: the price of a day from 06:00 to 06:00 in France goes by its colour, and is lower from 22:00 on. */
export const tempo: TariffKind = {
  id: 'tempo',
  title: 'EDF Tempo: six prices, by the colour of the day',
  open: ({ tempo: given }, { coloursOf }) => {
    const prices = pricesOf({ ...tariffDefaults.tempo, ...given });
    return {
      prices: (range) => {
        const slots: PriceSlot[] = [];
        for (let day = tempoDayAt(range.startMs); ; day = addDays(day, 1)) {
          const { startMs } = tempoDayInterval(day);
          if (startMs >= range.endMs) return slots;
          const [colour, ...others] = coloursOf(day);
          if (colour !== undefined && others.length === 0)
            slots.push(...daySlots(day, prices[colour], range));
        }
      },
      whyUnknown: 'the colour of the day is not known (see egw source show of the source tempo)',
    };
  },
};

function pricesOf(given: NonNullable<TariffSettings['tempo']>): Readonly<Record<TempoColour, ColourPrices>> {
  const entries = tempoColours.map((colour) => [
    colour,
    {
      peak: microEuros(given[`${colour}PeakPrice`], `tempo.${colour}PeakPrice`),
      offPeak: microEuros(given[`${colour}OffPeakPrice`], `tempo.${colour}OffPeakPrice`),
    },
  ]);
  return Object.fromEntries(entries) as Readonly<Record<TempoColour, ColourPrices>>;
}

function daySlots(day: TempoDay, prices: ColourPrices, range: Interval): readonly PriceSlot[] {
  const { startMs, endMs } = tempoDayInterval(day);
  const turnMs = frenchInstantMs(day, peakEndsHour);
  return [
    { startMs, endMs: turnMs, microEurosPerKwh: prices.peak },
    { startMs: turnMs, endMs, microEurosPerKwh: prices.offPeak },
  ]
    .map((slot) => ({
      ...slot,
      startMs: Math.max(slot.startMs, range.startMs),
      endMs: Math.min(slot.endMs, range.endMs),
    }))
    .filter((slot) => slot.startMs < slot.endMs);
}
