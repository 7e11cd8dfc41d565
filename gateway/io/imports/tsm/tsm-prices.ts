import { microEurosOf } from '../../../core/micro-euros.ts';
import type { TariffBand } from '../../../core/tariff-band.ts';
import { tempoSeasonOf } from '../../../core/tempo-day.ts';
import type { DatedTempoPrices, TempoPrices } from '../../../core/tempo-prices.ts';
import { tempoColours, type TempoColour } from '../../../core/tempo-rules.ts';
import type { TsmContents } from './tsm-contents.ts';
import { cellOf, dayOf, numberOf, type Refuse, type TsmRow, type TsmTables } from './tsm-table.ts';

interface Pricing {
  readonly id: string;
  /** `2024-2025` */
  readonly season: string;
  readonly colour: TempoColour;
  readonly prices: Readonly<Record<TariffBand, number | undefined>>;
}

const eurosMax = 10;

/** Colours of days, which it keeps by the prices of their seasons. */
export function readColoursAndPrices(
  tables: TsmTables,
  refuse: Refuse,
): Pick<TsmContents, 'colours' | 'prices'> {
  const pricings = (tables.get('pricing') ?? []).flatMap((row) => pricingOf(row, refuse) ?? []);
  const byId = new Map(pricings.map((pricing) => [pricing.id, pricing]));
  const colours = (tables.get('day') ?? []).flatMap((row) => {
    const day = dayOf(cellOf(row, 'date'));
    const id = uuidOf(cellOf(row, 'id_pricing'));
    if (day === undefined) {
      refuse(row.where, 'its date is none');
      return [];
    }
    if (id === '') return [];
    const pricing = byId.get(id);
    if (pricing === undefined) {
      refuse(row.where, `the prices that tell the colour of ${day} are missing`);
      return [];
    }
    if (pricing.season === tempoSeasonOf(day).label) return [{ day, colour: pricing.colour }];
    refuse(row.where, `${day} has the colour of the season ${pricing.season}`);
    return [];
  });
  const seasons = [...new Set(pricings.map(({ season }) => season))].sort();
  const prices = seasons.flatMap((season) => seasonPrices(season, pricings, refuse));
  return { colours: colours.sort((left, right) => (left.day < right.day ? -1 : 1)), prices };
}

function pricingOf(row: TsmRow, refuse: Refuse): Pricing | undefined {
  const season = String(cellOf(row, 'period') ?? '');
  const colour = colourOf(cellOf(row, 'color', 'colour'));
  if (!isSeason(season)) refuse(row.where, 'its period is no season such as 2024-2025');
  else if (colour === undefined) refuse(row.where, 'its colour is none of 1, 2, 3');
  else {
    return {
      id: uuidOf(cellOf(row, 'id')),
      season,
      colour,
      prices: {
        peak: priceOf(row, 'price_fullpeak', 'price_hp', 'hp'),
        'off-peak': priceOf(row, 'price_offpeak', 'price_hc', 'hc'),
      },
    };
  }
  return undefined;
}

/** Of a season that has all six. */
function seasonPrices(
  season: string,
  pricings: readonly Pricing[],
  refuse: Refuse,
): readonly DatedTempoPrices[] {
  const prices: Partial<Record<TempoColour, Record<TariffBand, number>>> = {};
  for (const colour of tempoColours) {
    const found = pricings.find((one) => one.season === season && one.colour === colour);
    const { peak, 'off-peak': offPeak } = found?.prices ?? {};
    if (peak === undefined || offPeak === undefined) {
      refuse(`pricing ${season}`, `it has no ${colour} prices`);
      return [];
    }
    prices[colour] = { peak, 'off-peak': offPeak };
  }
  const { firstDay, lastDay } = tempoSeasonOf(`${season.slice(0, 4)}-09-01`);
  return [{ validFrom: firstDay, validTo: lastDay, prices: prices as TempoPrices, source: `TSM ${season}` }];
}

function priceOf(row: TsmRow, ...columns: readonly string[]): number | undefined {
  const euros = numberOf(cellOf(row, ...columns));
  return euros === undefined || euros < 0 || euros > eurosMax ? undefined : microEurosOf(euros);
}

function isSeason(text: string): boolean {
  return /^[0-9]{4}-[0-9]{4}$/.test(text) && Number(text.slice(5)) === Number(text.slice(0, 4)) + 1;
}

/** Its numbers are those of api-couleur-tempo.fr. */
function colourOf(cell: ReturnType<typeof cellOf>): TempoColour | undefined {
  return tempoColours[Number(cell) - 1];
}

/** SQLAlchemy writes a UUID as 32 hexadecimal digits. */
function uuidOf(cell: ReturnType<typeof cellOf>): string {
  return String(cell ?? '')
    .replaceAll('-', '')
    .toLowerCase();
}
