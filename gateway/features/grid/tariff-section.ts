import { Type, type Static } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';

/** What counts of settings that nobody gave. */
export const tariffDefaults = {
  offPeakHours: ['22:00-06:00'],
  spotCsv: { file: 'spot-prices.csv', factor: 1, addPrice: 0 },
} as const;

const eurosMax = 100;
const price = (what: string, usual?: number): ReturnType<typeof Type.Number> =>
  Type.Number({
    description: `${what}, euros per kWh with all taxes.`,
    minimum: -eurosMax,
    maximum: eurosMax,
    ...(usual !== undefined && { default: usual }),
  });

const fixed = Type.Object(
  { price: Type.Optional(price('The price')) },
  { description: 'One price at all times.', additionalProperties: false },
);

const peakOffPeak = Type.Object(
  {
    peakPrice: Type.Optional(price('The price of peak hours')),
    offPeakPrice: Type.Optional(price('The price of off-peak hours')),
    offPeakHours: Type.Array(
      Type.String({
        description: 'From and to by the clock of the site: 22:00-06:00 goes over midnight.',
        pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
      }),
      {
        description: 'When off-peak hours are.',
        minItems: 1,
        maxItems: 8,
        default: [...tariffDefaults.offPeakHours],
      },
    ),
  },
  { description: 'Two prices, by the hours of the day.', additionalProperties: false },
);

const tempo = Type.Object(
  {
    bluePeakPrice: Type.Optional(price('Blue days, 06:00-22:00')),
    blueOffPeakPrice: Type.Optional(price('Blue days, 22:00-06:00')),
    whitePeakPrice: Type.Optional(price('White days, 06:00-22:00')),
    whiteOffPeakPrice: Type.Optional(price('White days, 22:00-06:00')),
    redPeakPrice: Type.Optional(price('Red days, 06:00-22:00')),
    redOffPeakPrice: Type.Optional(price('Red days, 22:00-06:00')),
  },
  {
    description:
      'Prices of Tempo that hold on every date, instead of the dated ones (egw tempo prices list); days are from 06:00 to 06:00 in France.',
    additionalProperties: false,
  },
);

const spotCsv = Type.Object(
  {
    file: Type.String({
      description: 'Name of the file in the data directory: a heading such as time,EUR/MWh, then rows.',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      maxLength: 100,
      default: tariffDefaults.spotCsv.file,
    }),
    factor: Type.Number({
      description: 'What each price is multiplied by: VAT.',
      minimum: 0,
      maximum: 10,
      default: tariffDefaults.spotCsv.factor,
    }),
    addPrice: price('What is added then: grid fees and levies', tariffDefaults.spotCsv.addPrice),
  },
  { description: 'Prices of the market, from a file that somebody keeps up.', additionalProperties: false },
);

const tariff = Type.Object(
  {
    kind: Type.Optional(
      Type.Enum(['fixed', 'peak-off-peak', 'tempo', 'spot-csv'], {
        description: 'What the price goes by; none is known unless said.',
      }),
    ),
    fixed: Type.Optional(fixed),
    peakOffPeak: Type.Optional(peakOffPeak),
    tempo: Type.Optional(tempo),
    priceFile: Type.Optional(
      Type.String({
        description:
          'A file of dated prices of Tempo that is taken at each start: power_price.json of TSM, or one of data.gouv.fr. Its path, or its name in the data directory.',
        minLength: 1,
        maxLength: 4096,
      }),
    ),
    spotCsv: Type.Optional(spotCsv),
  },
  { description: 'What power that is bought costs.', additionalProperties: false },
);

/** The configuration of the tariff, in force. */
export type TariffSettings = Static<typeof tariff>;

export const tariffSection: ConfigSection = { key: 'tariff', schema: tariff };

/** Of a section that has passed the schema; no tariff where there is none. */
export function tariffSettings(section: unknown): TariffSettings {
  return section ?? {};
}
