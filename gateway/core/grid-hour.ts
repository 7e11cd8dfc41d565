import type { Interval } from './interval.ts';

/**
 * What a stretch of time (mostly an hour) was like in a zone of the grid, as its provider says it now. It may say
 * otherwise later: the same zone and start replace what was said before.
 */
export interface GridHour extends Interval {
  /** As Electricity Maps calls it: `FR`, `DK-DK1`. */
  readonly zone: string;
  /** g CO₂ equivalent per kWh used; undefined where it was not said. */
  readonly carbonGramsPerKwh: number | undefined;
  /** Total of the zone, MW. */
  readonly productionMw: number | undefined;
  /** Total of the zone, MW. */
  readonly consumptionMw: number | undefined;
  readonly isEstimated: boolean;
  /** When its provider said so last; undefined where it does not tell. An older word never replaces a newer one. */
  readonly updatedMs: number | undefined;
}
