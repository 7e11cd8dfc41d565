import { gatewayMetrics } from '../../../gateway/features/publish-metrics/gateway-metrics.ts';
import type { MetricFamily } from '../../../gateway/features/publish-metrics/metric-family.ts';
import { ageMetrics, readingMetrics } from '../../../gateway/features/publish-metrics/reading-metrics.ts';
import { stepMs, type SimulatedDays } from './simulated-days.ts';

/** What `/metrics` would have said then: the home's readings, and a gateway with two sinks. */
export function metricsAt(days: SimulatedDays, atMs: number): readonly MetricFamily[] {
  const values = days.rows
    .filter((row) => row.atMs === atMs)
    .map((row) => ({ ...row, toldMs: atMs, stored: true }));
  const steps = (atMs - days.fromMs) / stepMs;
  const sinks = ['csv', 'influx'].map((id) => ({
    ...{ id, state: 'up', written: steps * 40, refused: 0, lost: 0, backlogMs: 0 },
  }));
  const figures = gatewayMetrics({
    ...{ version: '1.2.3', node: 'v24.0.0', uptimeMs: atMs - days.fromMs, isWell: true },
    devices: ['inverter-1', 'inverter-2', 'meter-1'].map((id) => ({ id, state: 'up' })),
    tasks: [{ name: 'harvest:meter-1', runs: steps, failures: 1, beatsSkipped: 0, lastLatenessMs: 2 }],
    lanes: [{ name: 'tcp:meter-1', boundMs: 12_000, measuredMs: 10_010 }],
    sinks,
    readingsWaiting: 3,
    uplinks: [],
    readingsShed: 0,
    room: { usedBytes: 1e6 + steps, quotaBytes: 1e9, freeBytes: 2e10 },
  });
  return [...figures, ...ageMetrics(values, atMs + 1_000), ...readingMetrics(values, atMs, () => stepMs)];
}
