import t from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import type { CommandCall } from '../../../gateway/features/command.ts';
import {
  bindMetricsCommands,
  type MetricsPorts,
} from '../../../gateway/features/publish-metrics/metrics-commands.ts';
import type { TextStream } from '../../../gateway/features/text-stream.ts';

const call: CommandCall = {
  principal: { kind: 'local', id: 'local', scopes: new Set(['read']) },
  signal: new AbortController().signal,
  origin: 'local',
};
const known = { quantity: 'grid_power_w', quality: 'good', stored: true } as const;
const ports: MetricsPorts = {
  clock: { wall: () => wallMs(5_000), monotonic: () => monotonicMs(0) },
  latest: () => [
    { ...known, device: 'meter', atMs: 4_000, toldMs: 4_000, value: -5 },
    { ...known, device: 'old', atMs: 1_000, toldMs: 1_000, value: 7 },
  ],
  periodMsOf: (device) => (device === 'old' ? 1_000 : undefined),
  figures: () => ({
    version: '1.2.3',
    node: 'v24.0.0',
    uptimeMs: 1_500,
    isWell: false,
    devices: [
      { id: 'meter', state: 'up' },
      { id: 'old', state: 'down' },
    ],
    tasks: [
      { name: 'harvest:meter', runs: 12, failures: 3, beatsSkipped: 1, lastLatenessMs: 250 },
      { name: 'new', runs: 0, failures: 0, beatsSkipped: 0, lastLatenessMs: undefined },
    ],
    lanes: [
      { name: 'tcp:meter', boundMs: 12_000, measuredMs: 10_500 },
      { name: 'tcp:empty', boundMs: null, measuredMs: null },
    ],
    sinks: [{ id: 'influx', state: 'down', written: 100, refused: 2, lost: 1, backlogMs: 90_000 }],
    uplinks: [
      {
        id: 'cloud',
        state: 'up',
        acknowledged: 90,
        waiting: 10,
        refused: 1,
        acknowledgedMs: 1_767_225_600_000,
      },
    ],
    room: { usedBytes: 1_000, quotaBytes: 5_000, freeBytes: null },
    readingsWaiting: 4,
    readingsShed: 2,
  }),
};

async function answer(format: string): Promise<{ text: string; contentType: string }> {
  const [command] = bindMetricsCommands(ports);
  const { contentType, parts } = (await command?.run({ format }, call)) as TextStream;
  let text = '';
  for await (const part of parts) text += part;
  return { text, contentType };
}

t.test('a scrape gets the figures of now in one answer', async (t) => {
  const { text, contentType } = await answer('prometheus');
  t.equal(contentType, 'text/plain; version=0.0.4; charset=utf-8');
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  t.same(samples, [
    'egw_build_info{version="1.2.3",node="v24.0.0"} 1',
    'egw_uptime_seconds 1.5',
    'egw_well 0',
    'egw_device_up{device="meter"} 1',
    'egw_device_up{device="old"} 0',
    'egw_readings_waiting 4',
    'egw_readings_shed_total 2',
    'egw_task_runs_total{task="harvest:meter"} 12',
    'egw_task_runs_total{task="new"} 0',
    'egw_task_failures_total{task="harvest:meter"} 3',
    'egw_task_failures_total{task="new"} 0',
    'egw_task_beats_skipped_total{task="harvest:meter"} 1',
    'egw_task_beats_skipped_total{task="new"} 0',
    'egw_task_late_seconds{task="harvest:meter"} 0.25',
    'egw_lane_age_bound_seconds{lane="tcp:meter"} 12',
    'egw_lane_age_seconds{lane="tcp:meter"} 10.5',
    'egw_sink_up{sink="influx"} 0',
    'egw_sink_written_total{sink="influx"} 100',
    'egw_sink_refused_total{sink="influx"} 2',
    'egw_sink_lost_total{sink="influx"} 1',
    'egw_sink_backlog_seconds{sink="influx"} 90',
    'egw_uplink_up{uplink="cloud"} 1',
    'egw_uplink_acknowledged_total{uplink="cloud"} 90',
    'egw_uplink_waiting{uplink="cloud"} 10',
    'egw_uplink_refused_batches_total{uplink="cloud"} 1',
    'egw_uplink_acknowledged_timestamp_seconds{uplink="cloud"} 1767225600',
    'egw_database_used_bytes 1000',
    'egw_database_quota_bytes 5000',
    'egw_reading_age_seconds{device="meter"} 1',
    'egw_reading_age_seconds{device="old"} 4',
    'egw_grid_power_watts{device="meter",quantity="grid_power_w"} -5',
  ]);
});

t.test('the newer form is there for whoever asks', async (t) => {
  const { text, contentType } = await answer('openmetrics');
  t.match(contentType, /^application\/openmetrics-text; version=1\.0\.0/);
  t.match(text, /# TYPE egw_readings_shed counter\negw_readings_shed_total 2\n/);
  t.ok(text.endsWith('# EOF\n'));
});
