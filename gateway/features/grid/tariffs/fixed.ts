import { microEuros } from './price-in-euros.ts';
import type { TariffKind } from './tariff.ts';

/** One price at all times. */
export const fixed: TariffKind = {
  id: 'fixed',
  title: 'one price at all times',
  open: (settings) => {
    const microEurosPerKwh = microEuros(settings.fixed?.price, 'fixed.price');
    return {
      prices: ({ startMs, endMs }) => (startMs < endMs ? [{ startMs, endMs, microEurosPerKwh }] : []),
      whyUnknown: 'it is always known',
    };
  },
};
