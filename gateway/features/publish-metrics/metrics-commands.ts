import { Type } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, oneOf } from '../schema.ts';
import type { TextStream } from '../text-stream.ts';
import { contentTypes, exposition, expositionFormats } from './exposition.ts';
import { gatewayMetrics, type GatewayFigures } from './gateway-metrics.ts';
import { ageMetrics, readingMetrics, type ShownValue } from './reading-metrics.ts';

/** Nothing of it waits: a scrape must not make anybody read a device. */
export interface MetricsPorts {
  readonly clock: Clock;
  /** The newest value of every series, as kept in memory. */
  latest(): readonly ShownValue[];
  /** How often a device or source is read; undefined when it is not known. */
  periodMsOf(device: string): number | undefined;
  figures(): GatewayFigures;
}

const metricsShow = defineCommand({
  id: 'metrics.show',
  summary: 'The latest values and the gateway’s own figures, for Prometheus',
  scope: 'read',
  input: closed({
    format: oneOf(expositionFormats, {
      default: 'prometheus',
      description: 'prometheus: text format 0.0.4; openmetrics: OpenMetrics 1.0',
    }),
  }),
  output: Type.Unsafe<TextStream>({}),
  http: {
    method: 'GET',
    path: '/metrics',
    streams: expositionFormats.map((format) => contentTypes[format]),
  },
  cli: { verb: 'metrics', replacesFile: true },
  run: (ports: MetricsPorts, { format }) => {
    const periodMsOf = (device: string): number | undefined => ports.periodMsOf(device);
    const [values, nowMs] = [ports.latest(), ports.clock.wall()];
    const readings = readingMetrics(values, nowMs, periodMsOf);
    const families = [...gatewayMetrics(ports.figures()), ...ageMetrics(values, nowMs), ...readings];
    return {
      contentType: contentTypes[format],
      fileName: 'metrics.txt',
      parts: oneByOne([exposition(families, format)]),
    };
  },
});

export const metricsCommands = [metricsShow] as const;

export function bindMetricsCommands(ports: MetricsPorts): readonly BoundCommand[] {
  return [bindCommand(metricsShow, ports)];
}

// eslint-disable-next-line @typescript-eslint/require-await -- streams are awaited by whoever takes them
async function* oneByOne(parts: readonly string[]): AsyncGenerator<string> {
  yield* parts;
}
