/** Samples of one name. */
export interface MetricFamily {
  /** Without the `_total` of a counter: `egw_grid_import_kwh`. */
  readonly name: string;
  /** For people. */
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
