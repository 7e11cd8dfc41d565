// Made by scripts/make-client.mjs from what the commands declare.
interface MetricsShowInput {
  /** prometheus: text format 0.0.4; openmetrics: OpenMetrics 1.0 */
  format?: 'prometheus' | 'openmetrics';
}

export interface MetricsOperations {
  /** The latest values and the gateway’s own figures, for Prometheus. Needs the scope read. */
  'metrics.show': { input: MetricsShowInput; output: string };
}
