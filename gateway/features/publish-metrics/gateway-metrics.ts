import type { MetricFamily } from './metric-family.ts';

/** What the gateway tells of itself in figures. */
export interface GatewayFigures {
  readonly version: string;
  readonly node: string;
  readonly uptimeMs: number;
  /** Whether all is as it should be. */
  readonly isWell: boolean;
  readonly devices: readonly { readonly id: string; readonly state: string }[];
  readonly tasks: readonly { readonly name: string; readonly runs: number; readonly failures: number }[];
  /** Readings that are not on disk yet. */
  readonly readingsWaiting: number;
  /** Readings that were given up since the start. */
  readonly readingsShed: number;
}

export function gatewayMetrics(figures: GatewayFigures): readonly MetricFamily[] {
  const { version, node, uptimeMs, isWell, devices, tasks, readingsWaiting, readingsShed } = figures;
  const ofTasks = (value: (task: GatewayFigures['tasks'][number]) => number): MetricFamily['samples'] =>
    tasks.map((task) => ({ labels: { task: task.name }, value: value(task) }));
  return [
    gauge('egw_build_info', 'The versions of the gateway and of what runs it', [
      { labels: { version, node }, value: 1 },
    ]),
    gauge('egw_uptime_seconds', 'Time since the start', single(uptimeMs / 1_000)),
    gauge('egw_well', '1 when all is as it should be', single(isWell ? 1 : 0)),
    gauge(
      'egw_device_up',
      '1 when the device answers',
      devices.map(({ id, state }) => ({ labels: { device: id }, value: state === 'up' ? 1 : 0 })),
    ),
    gauge('egw_readings_waiting', 'Readings that are not on disk yet', single(readingsWaiting)),
    counter(
      'egw_readings_shed',
      'Readings that were given up because the database did not take them',
      single(readingsShed),
    ),
    counter(
      'egw_task_runs',
      'Runs of a task since the start',
      ofTasks(({ runs }) => runs),
    ),
    counter(
      'egw_task_failures',
      'Failed runs of a task since the start',
      ofTasks(({ failures }) => failures),
    ),
  ];
}

function gauge(name: string, help: string, samples: MetricFamily['samples']): MetricFamily {
  return { name, help, type: 'gauge', samples };
}

function counter(name: string, help: string, samples: MetricFamily['samples']): MetricFamily {
  return { name, help, type: 'counter', samples };
}

function single(value: number): MetricFamily['samples'] {
  return [{ labels: {}, value }];
}
