import { tariffDefaults } from '../tariff-section.ts';
import { dayHours } from './day-hours.ts';
import { microEuros } from './price-in-euros.ts';
import type { TariffKind } from './tariff.ts';

/** Two prices, by the hours of the site's day. */
export const peakOffPeak: TariffKind = {
  id: 'peak-off-peak',
  title: 'two prices, by the hours of the day',
  open: ({ peakOffPeak: settings }, { zone }) => {
    const peak = microEuros(settings?.peakPrice, 'peakOffPeak.peakPrice');
    const offPeak = microEuros(settings?.offPeakPrice, 'peakOffPeak.offPeakPrice');
    const hours = settings?.offPeakHours ?? tariffDefaults.offPeakHours;
    return {
      prices: (range) =>
        dayHours(range, hours, zone).map(({ startMs, endMs, isInside }) => ({
          startMs,
          endMs,
          microEurosPerKwh: isInside ? offPeak : peak,
        })),
      whyUnknown: 'it is always known',
    };
  },
};
