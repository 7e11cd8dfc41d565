import { tariffDefaults } from '../tariff-section.ts';
import type { TariffKind } from './tariff.ts';

/** Prices of the market, hour by hour or quarter by quarter, from a file. */
export const spotCsv: TariffKind = {
  id: 'spot-csv',
  title: 'prices of the market, from a file',
  open: ({ spotCsv: given }, { spotPrices }) => {
    const { file, factor, addPrice } = { ...tariffDefaults.spotCsv, ...given };
    return {
      prices: (range) =>
        spotPrices(range)
          .filter((slot) => slot.startMs < range.endMs && slot.endMs > range.startMs)
          .map(({ startMs, endMs, microEurosPerKwh }) => ({
            startMs: Math.max(startMs, range.startMs),
            endMs: Math.min(endMs, range.endMs),
            microEurosPerKwh: Math.round(microEurosPerKwh * factor + addPrice * 1_000_000),
          })),
      whyUnknown: `${file} in the data directory has no price for it`,
    };
  },
};
