import type { DatedTempoPrices, TempoPrices } from './tempo-prices.ts';
import { microEurosOf } from './micro-euros.ts';
import type { TempoDay } from './tempo-day.ts';

const source = 'EDF, Tarif Bleu, option Tempo';

/**
 * What EDF’s Tarif Bleu with the option Tempo has cost in mainland France, with all taxes: its tables of prices, as
 * published with each change. Of 2025-02-01 to 2025-07-31 not all six are known here, so those days have none.
 */
export const publishedTempoPrices: readonly DatedTempoPrices[] = [
  row('2023-08-01', null, [0.1369, 0.1056, 0.1654, 0.1246, 0.7324, 0.1328]),
  row('2024-02-01', '2025-01-31', [0.1609, 0.1296, 0.1894, 0.1486, 0.7562, 0.1568]),
  row('2025-08-01', null, [0.1494, 0.1232, 0.173, 0.1391, 0.6468, 0.146]),
  row('2026-02-01', null, [0.1612, 0.1325, 0.1871, 0.1499, 0.706, 0.1575]),
  row('2026-08-01', null, [0.1654, 0.1356, 0.1921, 0.1536, 0.7295, 0.1615]),
];

/** Euros per kWh: peak and off-peak of blue, white and red. */
type SixEuros = readonly [number, number, number, number, number, number];

function row(validFrom: TempoDay, validTo: TempoDay | null, euros: SixEuros): DatedTempoPrices {
  return { validFrom, validTo, prices: tempoPricesOf(euros), source };
}

/** Of euros per kWh: peak and off-peak of blue, white and red. */
export function tempoPricesOf(euros: SixEuros): TempoPrices {
  const [bluePeak, blueOffPeak, whitePeak, whiteOffPeak, redPeak, redOffPeak] = euros;
  return {
    blue: { peak: microEurosOf(bluePeak), 'off-peak': microEurosOf(blueOffPeak) },
    white: { peak: microEurosOf(whitePeak), 'off-peak': microEurosOf(whiteOffPeak) },
    red: { peak: microEurosOf(redPeak), 'off-peak': microEurosOf(redOffPeak) },
  };
}
