import type { JsonValue } from '../../core/canonical-json.ts';
import type { DeviceInstant } from './device-instants.ts';

/** What a harvest says of one instant; undefined where it has nothing to say. */
export type HarvestForm = (instant: DeviceInstant) => Readonly<Record<string, JsonValue>> | undefined;

/** The forms by what the header calls them (`dtype`). */
export const harvestForms = {
  /** Every quantity under our name for it, in its unit and with the signs of the house; words as they are. */
  egw_json: ({ rows, texts }) => {
    const values = [...rows.values()].filter(({ value }) => value !== null);
    const doubtful = values.filter(({ quality }) => quality !== 'good');
    return ifAny({
      ...Object.fromEntries(values.map(({ quantity, value }) => [quantity, value])),
      ...Object.fromEntries([...texts.values()].map(({ quantity, text }) => [quantity, text])),
      ...(doubtful.length > 0 && {
        quality: Object.fromEntries(doubtful.map(({ quantity, quality }) => [quantity, quality])),
      }),
    });
  },
  /** Points of SunSpec's inverter models as the ancestor sends them: integers, each with its power of ten. */
  sunspec_json: (instant) =>
    ifAny({
      ...point(instant, 'Hz', ['grid_frequency_hz'], -2),
      ...point(instant, 'W', ['inverter_power_w']),
      ...point(instant, 'DCW', ['inverter_dc_power_w', 'pv_power_w']),
      ...point(instant, 'SoC', ['battery_soc_pct']),
    }),
} as const satisfies Record<string, HarvestForm>;

export type HarvestFormName = keyof typeof harvestForms;

/** SunSpec's `int16`, in which 0x8000 says that there is none. */
const pointMax = 32_767;

/** Of the first of these that the device has. */
function point(
  { rows }: DeviceInstant,
  name: string,
  quantities: readonly string[],
  finestScale = 0,
): Record<string, number> {
  const value = quantities
    .map((quantity) => rows.get(quantity)?.value)
    .find((one) => typeof one === 'number');
  if (value === undefined) return {};
  let scale = finestScale;
  while (Math.abs(Math.round(value / 10 ** scale)) > pointMax) scale += 1;
  // Minus nothing is nothing.
  return { [name]: Math.round(value / 10 ** scale) + 0, [`${name}_SF`]: scale };
}

function ifAny(said: Record<string, JsonValue>): Record<string, JsonValue> | undefined {
  return Object.keys(said).length === 0 ? undefined : said;
}
