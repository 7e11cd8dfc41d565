import { energyFlow, energyFlowNames, type EnergyFlowName } from '../../core/energy-flow.ts';
import type { SeriesId } from '../../core/reading.ts';
import type { StoredSeries } from '../../storage/store-calls.ts';

/** One flow of one device, and the series that tell it. At least one of the two is there. */
export interface EnergyMeter {
  readonly device: string;
  readonly flow: EnergyFlowName;
  readonly counter: SeriesId | undefined;
  readonly power: SeriesId | undefined;
  readonly sign: 'positive' | 'negative';
}

/** All flows that there are series of, by device and then in the order of the flows. */
export function energyMeters(
  series: readonly StoredSeries[],
  wanted: { readonly device?: string; readonly flow?: EnergyFlowName },
): readonly EnergyMeter[] {
  const ids = new Map(series.map(({ id, device, quantity }) => [`${device}\n${quantity}`, id]));
  const devices = [...new Set(series.map(({ device }) => device))].sort();
  return devices
    .filter((device) => wanted.device === undefined || device === wanted.device)
    .flatMap((device) =>
      energyFlowNames
        .filter((flow) => wanted.flow === undefined || flow === wanted.flow)
        .map((flow) => {
          const { counter, power, sign } = energyFlow(flow);
          const [counterId, powerId] = [counter, power].map((quantity) => ids.get(`${device}\n${quantity}`));
          return { device, flow, counter: counterId, power: powerId, sign };
        })
        .filter(({ counter, power }) => counter !== undefined || power !== undefined),
    );
}

/** Every series that the meters are told by, once. */
export function seriesOf(meters: readonly EnergyMeter[]): readonly SeriesId[] {
  const all = meters.flatMap(({ counter, power }) => [counter, power]);
  return [...new Set(all.filter((id) => id !== undefined))];
}
