import type { GridHour } from '../../core/grid-hour.ts';

/** g CO₂ equivalent per kWh. */
export function carbonOf({ carbonGramsPerKwh }: GridHour): number | undefined {
  return carbonGramsPerKwh;
}

/** MW that the zone produces above what it consumes. */
export function surplusOf({ productionMw, consumptionMw }: GridHour): number | undefined {
  return productionMw === undefined || consumptionMw === undefined ? undefined : productionMw - consumptionMw;
}
