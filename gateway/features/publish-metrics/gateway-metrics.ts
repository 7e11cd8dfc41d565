import type { MetricFamily } from './metric-family.ts';

/** What the gateway tells of itself in figures. */
export interface GatewayFigures {
  readonly version: string;
  readonly node: string;
  readonly uptimeMs: number;
  /** Whether all is as it should be. */
  readonly isWell: boolean;
  readonly devices: readonly { readonly id: string; readonly state: string }[];
  readonly tasks: readonly TaskFigures[];
  readonly lanes: readonly LaneFigures[];
  readonly sinks: readonly SinkFigures[];
  readonly uplinks: readonly UplinkFigures[];
  /** Readings that are not on disk yet. */
  readonly readingsWaiting: number;
  /** Readings that were given up since the start. */
  readonly readingsShed: number;
  /** undefined until the storage was looked at. */
  readonly room: RoomFigures | undefined;
}

export interface TaskFigures {
  readonly name: string;
  readonly runs: number;
  readonly failures: number;
  readonly beatsSkipped: number;
  /** How long after its time it began; undefined: it has not run yet. */
  readonly lastLatenessMs: number | undefined;
}

/** The worst age of any reading of a lane: promised, and seen. */
export interface LaneFigures {
  readonly name: string;
  readonly boundMs: number | null;
  readonly measuredMs: number | null;
}

export interface SinkFigures {
  readonly id: string;
  readonly state: string;
  readonly written: number;
  readonly refused: number;
  readonly lost: number;
  readonly backlogMs: number;
}

export interface UplinkFigures {
  readonly id: string;
  readonly state: string;
  readonly acknowledged: number;
  readonly waiting: number;
  readonly refused: number;
  /** UTC epoch ms; null: not since the start. */
  readonly acknowledgedMs: number | null;
}

/** Of the database: what it needs and may take, and what is left of the file system; null: it does not tell. */
export interface RoomFigures {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly freeBytes: number | null;
}

export function gatewayMetrics(figures: GatewayFigures): readonly MetricFamily[] {
  const { version, node, uptimeMs, isWell, devices, readingsWaiting, readingsShed } = figures;
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
    ...taskMetrics(figures.tasks),
    ...laneMetrics(figures.lanes),
    ...sinkMetrics(figures.sinks),
    ...uplinkMetrics(figures.uplinks),
    ...roomMetrics(figures.room),
  ];
}

function taskMetrics(tasks: readonly TaskFigures[]): readonly MetricFamily[] {
  const each = samplesOf(tasks, ({ name }) => ({ task: name }));
  return [
    counter(
      'egw_task_runs',
      'Runs of a task since the start',
      each(({ runs }) => runs),
    ),
    counter(
      'egw_task_failures',
      'Failed runs of a task since the start',
      each(({ failures }) => failures),
    ),
    counter(
      'egw_task_beats_skipped',
      'Beats of a task that passed while it could not run',
      each(({ beatsSkipped }) => beatsSkipped),
    ),
    gauge(
      'egw_task_late_seconds',
      'How long after its time a task began last',
      each(({ lastLatenessMs }) => seconds(lastLatenessMs)),
    ),
  ];
}

function laneMetrics(lanes: readonly LaneFigures[]): readonly MetricFamily[] {
  const each = samplesOf(lanes, ({ name }) => ({ lane: name }));
  return [
    gauge(
      'egw_lane_age_bound_seconds',
      'The worst age of any reading of a lane that its configuration allows',
      each(({ boundMs }) => seconds(boundMs)),
    ),
    gauge(
      'egw_lane_age_seconds',
      'The worst age of any reading of a lane that was seen',
      each(({ measuredMs }) => seconds(measuredMs)),
    ),
  ];
}

function uplinkMetrics(uplinks: readonly UplinkFigures[]): readonly MetricFamily[] {
  const each = samplesOf(uplinks, ({ id }) => ({ uplink: id }));
  return [
    gauge(
      'egw_uplink_up',
      '1 when the backend can be spoken to',
      each(({ state }) => (state === 'up' ? 1 : 0)),
    ),
    counter(
      'egw_uplink_acknowledged',
      'Readings that the backend says to have for good',
      each(({ acknowledged }) => acknowledged),
    ),
    gauge(
      'egw_uplink_waiting',
      'Readings that the backend has not said to have',
      each(({ waiting }) => waiting),
    ),
    counter(
      'egw_uplink_refused_batches',
      'Batches that the backend would not take',
      each(({ refused }) => refused),
    ),
    gauge(
      'egw_uplink_acknowledged_timestamp_seconds',
      'When the backend last said what it has',
      each(({ acknowledgedMs }) => seconds(acknowledgedMs)),
    ),
  ];
}

function sinkMetrics(sinks: readonly SinkFigures[]): readonly MetricFamily[] {
  const each = samplesOf(sinks, ({ id }) => ({ sink: id }));
  return [
    gauge(
      'egw_sink_up',
      '1 when the sink takes readings',
      each(({ state }) => (state === 'up' ? 1 : 0)),
    ),
    counter(
      'egw_sink_written',
      'Readings that a sink has had',
      each(({ written }) => written),
    ),
    counter(
      'egw_sink_refused',
      'Readings that a sink would not take',
      each(({ refused }) => refused),
    ),
    counter(
      'egw_sink_lost',
      'Readings that were deleted before a sink could take them',
      each(({ lost }) => lost),
    ),
    gauge(
      'egw_sink_backlog_seconds',
      'Time whose readings a sink has missed and not had yet',
      each(({ backlogMs }) => seconds(backlogMs)),
    ),
  ];
}

function roomMetrics(room: RoomFigures | undefined): readonly MetricFamily[] {
  const samples = (value: number | null | undefined): MetricFamily['samples'] =>
    value === null || value === undefined ? [] : single(value);
  return [
    gauge('egw_database_used_bytes', 'What the database needs', samples(room?.usedBytes)),
    gauge('egw_database_quota_bytes', 'What the database may take', samples(room?.quotaBytes)),
    gauge('egw_disk_free_bytes', 'What is left of the file system of the database', samples(room?.freeBytes)),
  ];
}

/** A sample for each of them that has a value. */
function samplesOf<One>(all: readonly One[], labelsOf: (one: One) => Readonly<Record<string, string>>) {
  return (valueOf: (one: One) => number | undefined): MetricFamily['samples'] =>
    all.flatMap((one) => {
      const value = valueOf(one);
      return value === undefined ? [] : [{ labels: labelsOf(one), value }];
    });
}

function seconds(ms: number | null | undefined): number | undefined {
  return ms === null || ms === undefined ? undefined : ms / 1_000;
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
