/** One hour of a forecast. */
export interface GridForecastPoint {
  /** UTC epoch ms: where the hour starts. */
  readonly atMs: number;
  /** g CO₂ equivalent per kWh used in the zone. */
  readonly carbonGramsPerKwh: number;
}

/** How clean power will be in a zone of the grid, as a provider has said it. Never a reading: it has not happened. */
export interface GridForecast {
  /** As Electricity Maps calls it: `FR`, `DK-DK1`. */
  readonly zone: string;
  /** When the provider made it; undefined where it does not say. */
  readonly updatedMs: number | undefined;
  /** Oldest first, each hour once. */
  readonly points: readonly GridForecastPoint[];
}
