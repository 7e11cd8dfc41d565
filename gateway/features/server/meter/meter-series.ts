import { quantityDefinition } from '../../../core/quantity.ts';
import type { SeriesId } from '../../../core/reading.ts';
import type { StoredSeries } from '../../../storage/store-calls.ts';

/** The series that the meter is, as it was found. */
export interface FoundMeter {
  readonly id: SeriesId;
  /** `plug/load_energy_kwh` */
  readonly name: string;
  readonly mwhPerUnit: number;
}

const usualQuantity = 'load_energy_kwh';
const mwhPerUnits: Readonly<Record<string, number>> = { kWh: 1_000_000, Wh: 1_000 };

/** @param text a source or a part of one, alone or with a quantity, which counts energy */
export function findMeter(text: string, known: readonly StoredSeries[]): FoundMeter | undefined {
  const cut = text.lastIndexOf('/');
  const named = cut < 0 ? undefined : seriesOf(known, text.slice(0, cut), text.slice(cut + 1));
  const series = named ?? seriesOf(known, text, usualQuantity);
  if (series === undefined) return undefined;
  const { id, device, quantity } = series;
  const mwhPerUnit = mwhPerUnits[quantityDefinition(quantity).unit];
  return mwhPerUnit === undefined ? undefined : { id, name: `${device}/${quantity}`, mwhPerUnit };
}

function seriesOf(
  known: readonly StoredSeries[],
  device: string,
  quantity: string,
): StoredSeries | undefined {
  return known.find((series) => series.device === device && series.quantity === quantity);
}
