import t from 'tap';
import { monotonicMs } from '../../../gateway/core/clock.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { createLiveFeed, type LiveEvent } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { SeriesKey } from '../../../gateway/core/reading.ts';
import { Lane } from '../../../gateway/engine/lane.ts';
import type { AuditLine } from '../../../gateway/storage/store-calls.ts';
import type { StorePort } from '../../../gateway/features/store-port.ts';
import {
  harvestDevice,
  type DevicePoller,
  type PolledValue,
} from '../../../gateway/features/harvest/harvest.ts';
import { HarvestedDevice, type DeviceIdentity } from '../../../gateway/features/harvest/harvested-device.ts';
import { LatestReadings } from '../../../gateway/features/harvest/latest-readings.ts';
import { ReadingBuffer } from '../../../gateway/features/harvest/reading-buffer.ts';
import { bench, startWallMs } from '../../engine/engine-bench.ts';

const values: readonly PolledValue[] = [
  { quantity: 'grid_power_w', value: 412, quality: 'good' },
  { quantity: 'grid_import_kwh', value: 9_204.5, quality: 'good' },
];

/** A device whose answers the test decides; each exchange takes 5 ms, a failing one 100. */
function simulatedDevice() {
  const { clock, scheduler, starts } = bench();
  const feed = createLiveFeed();
  const events: LiveEvent[] = [];
  feed.subscribe((event) => events.push(event));
  const keys: SeriesKey[] = [];
  const storing: { failure: Error | undefined; tookMs: number } = { failure: undefined, tookMs: 0 };
  const audited: AuditLine[] = [];
  const store: StorePort<'internSeries' | 'addAuditLine'> = {
    call: async (_name, ...[asked]) => {
      if ('principal' in asked) return audited.push(asked) as never;
      if (storing.tookMs > 0)
        await new Promise<void>((resolve) =>
          clock.at(monotonicMs(clock.monotonic() + storing.tookMs), resolve),
        );
      if (storing.failure !== undefined) throw storing.failure;
      const ids = asked.map((key) => keys.push(key));
      return ids as never;
    },
  };
  const remembered: DeviceIdentity[] = [];
  const device = new HarvestedDevice('meter-1', {
    clock,
    logger: silentLogger,
    feed,
    remember: async (identity) => remembered.push(identity) > 0,
  });
  const buffer = new ReadingBuffer();
  const latest = new LatestReadings(feed);
  const calls: string[] = [];
  const how: {
    failure: Error | undefined;
    values: readonly PolledValue[];
    serialNumber: string;
    connects: number;
  } = {
    failure: undefined,
    values,
    serialNumber: 'SN-1',
    connects: 1,
  };
  const exchange = async <Answer>(call: string, answer: Answer): Promise<Answer> => {
    calls.push(call);
    const tookMs = how.failure === undefined ? 5 : 100;
    await new Promise<void>((resolve) => clock.at(monotonicMs(clock.monotonic() + tookMs), resolve));
    if (how.failure !== undefined) throw how.failure;
    return answer;
  };
  const poller: DevicePoller = {
    poll: async () => await exchange('poll', how.values),
    probe: async () => await exchange('probe', undefined),
    readSerialNumber: async () => await exchange('serial', how.serialNumber),
    identify: async () =>
      await exchange('identity', { serialNumber: how.serialNumber, model: 'M', firmware: '1' }),
  };
  let commits = 0;
  const timing = { periodMs: 1_000, deadlineMs: 900, probeMs: 400 };
  scheduler.submit(
    harvestDevice(
      device,
      {
        poller,
        lane: new Lane('line'),
        timing: () => timing,
        connects: () => how.connects,
        mayVerify: () => true,
        counterRules: () => ({ resolution: 0.1, perHourMax: 100 }),
        polled: () => undefined,
      },
      {
        clock,
        logger: silentLogger,
        feed,
        store,
        buffer,
        latest,
        hold: (name, slackMs) => void scheduler.hold(name, slackMs),
        commitSoon: () => (commits += 1),
      },
    ),
  );
  return {
    clock,
    scheduler,
    starts,
    device,
    buffer,
    latest,
    events,
    calls,
    how,
    storing,
    keys,
    commits: () => commits,
    remembered,
    audited,
  };
}

t.test(
  'a device is read at once, its serial number once, its values kept with the time they came',
  async (t) => {
    const { clock, device, buffer, latest, calls, keys, commits } = simulatedDevice();
    await clock.advance(2_500);
    t.same(calls, ['identity', 'poll', 'poll', 'poll']);
    t.equal(device.identity?.serialNumber, 'SN-1');
    t.equal(device.state, 'up');
    t.same(
      keys.map((key) => key.quantity),
      ['grid_power_w', 'grid_import_kwh'],
      'series are interned once',
    );
    const batch = buffer.next();
    t.same(
      [...(batch?.readings.atMs ?? [])].map((atMs) => atMs - startWallMs),
      [10, 10, 1_005, 1_005, 2_005, 2_005],
    );
    t.match(latest.all(), [
      { device: 'meter-1', quantity: 'grid_power_w', value: 412, quality: 'good', stored: false },
      { device: 'meter-1', quantity: 'grid_import_kwh', value: 9_204.5, quality: 'good', stored: false },
    ]);
    t.equal(commits(), 1, 'the first readings are committed at once');
  },
);

t.test(
  'a device that stops answering is suspect, then down, probed, and back at its next beat',
  async (t) => {
    const { clock, scheduler, device, how, calls, events, commits } = simulatedDevice();
    await clock.advance(500);
    how.failure = new GatewayError('device_timeout', 'no answer');
    calls.length = 0;
    await clock.advance(1_000);
    t.equal(device.state, 'suspect');
    await clock.advance(2_000);
    t.equal(device.state, 'down');
    t.same(calls, ['poll', 'probe', 'probe'], 'one failed poll, then the cheapest question');
    t.match(device.lastError, { code: 'device_timeout', text: 'no answer' });
    t.same(scheduler.livenessBreaches(), [], 'a device that fails breaks no contract');
    t.equal(scheduler.report().failures, 0, 'and its task does not fail');
    how.failure = undefined;
    await clock.advance(1_000);
    t.equal(device.state, 'up');
    t.equal(commits(), 2, 'the first readings after an outage are committed at once');
    t.same(
      events.filter((event) => event.type === 'device').map((event) => event.state),
      ['up', 'suspect', 'down', 'up'],
    );
  },
);

t.test('a device that never answers is unseen, then down', async (t) => {
  const { clock, device, how } = simulatedDevice();
  how.failure = new GatewayError('connection_refused', 'refused');
  await clock.advance(900);
  t.equal(device.state, 'unseen');
  await clock.advance(3_000);
  t.equal(device.state, 'down');
  t.equal(device.identity?.serialNumber, undefined);
});

t.test('a bug is no failure of the device: the task fails, and breaks its contract', async (t) => {
  const { clock, scheduler, device, how } = simulatedDevice();
  await clock.advance(500);
  how.failure = new TypeError('undefined is not a function');
  await clock.advance(4_000);
  t.equal(device.state, 'up');
  t.match(scheduler.livenessBreaches(), [{ task: 'harvest:meter-1', kind: 'broken' }]);
});

t.test('the age that is measured is the longest between two good answers', async (t) => {
  const { clock, device, how } = simulatedDevice();
  await clock.advance(5_500);
  t.equal(device.ageMeasuredMs, 1_000);
  how.failure = new GatewayError('device_timeout', 'no answer');
  await clock.advance(5_000);
  how.failure = undefined;
  await clock.advance(5_000);
  t.equal(device.ageMeasuredMs, 1_000, 'an outage is not an age');
});

t.test('what a device never had is not missing; what it had is, when it is not there', async (t) => {
  const { clock, how, latest, buffer } = simulatedDevice();
  const missing: PolledValue = { quantity: 'battery_power_w', value: NaN, quality: 'missing' };
  how.values = [...values, missing];
  await clock.advance(500);
  t.same(
    latest.all().map((value) => value.quantity),
    ['grid_power_w', 'grid_import_kwh'],
  );
  how.values = [...values, { quantity: 'battery_power_w', value: -300, quality: 'good' }];
  await clock.advance(1_000);
  how.values = [...values, missing];
  await clock.advance(1_000);
  t.match(latest.all().at(-1), { quantity: 'battery_power_w', value: null, quality: 'missing' });
  t.equal(buffer.size, 2 + 3 + 3);
});

t.test('a database that fails is not the fault of the device', async (t) => {
  const { clock, scheduler, device, storing, buffer } = simulatedDevice();
  storing.failure = new GatewayError('database_unreadable', 'the file is gone');
  await clock.advance(2_500);
  t.equal(device.state, 'up');
  t.equal(device.lastError, undefined);
  t.ok(scheduler.report().failures > 0, 'the task fails');
  storing.failure = undefined;
  await clock.advance(2_000);
  t.ok(buffer.size > 0);
});

t.test('a new quantity that the database does not take yet keeps none of the known ones back', async (t) => {
  const { clock, how, storing, buffer, latest } = simulatedDevice();
  await clock.advance(500);
  storing.failure = new GatewayError('storage_failed', 'the worker is starting again');
  how.values = [...values, { quantity: 'battery_power_w', value: -300, quality: 'good' }];
  const before = buffer.size;
  await clock.advance(1_000);
  t.equal(buffer.size, before + values.length);
  t.match(latest.all(), [{ atMs: startWallMs + 1_005 }, { atMs: startWallMs + 1_005 }]);
});

t.test('readings are of the time when the answer came, however slow the database is', async (t) => {
  const { clock, storing, buffer } = simulatedDevice();
  storing.tookMs = 300;
  await clock.advance(900);
  t.same([...(buffer.next()?.readings.atMs ?? [])], [startWallMs + 10, startWallMs + 10]);
});

t.test('what was asked for before the machine slept is asked for again', async (t) => {
  const { clock, buffer, calls, how } = simulatedDevice();
  // The first second identifies and polls; the second poll begins at 1 000 ms, and the machine sleeps in it.
  clock.at(monotonicMs(1_003), () => {
    clock.suspend(9 * 3_600_000);
    how.values = [{ quantity: 'grid_power_w', value: -2_421, quality: 'good' }];
  });
  await clock.advance(1_500);
  t.equal(calls.filter((call) => call === 'poll').length, 3);
  const { value, atMs } = buffer.next()?.readings ?? {};
  t.same([...(value ?? [])], [412, 9_204.5, -2_421]);
  t.equal(atMs?.[2], startWallMs + 9 * 3_600_000 + 1_010);
});

t.test('a value is stored when its own commit has returned, whatever the clock did', async (t) => {
  const { clock, latest, buffer } = simulatedDevice();
  await clock.advance(500);
  const first = buffer.next();
  t.equal(first?.toAdded, 2);
  latest.markStored(first?.toAdded ?? NaN);
  t.same(
    latest.all().map(({ stored }) => stored),
    [true, true],
  );
  clock.stepWall(-3_600_000);
  await clock.advance(2_000);
  t.same(
    latest.all().map(({ stored }) => stored),
    [false, false],
  );
});

t.test('another device in its place after an outage is not read into its history', async (t) => {
  const { clock, how, device, buffer } = simulatedDevice();
  await clock.advance(500);
  how.failure = new GatewayError('connection_refused', 'refused');
  await clock.advance(2_000);
  const before = buffer.size;
  how.failure = undefined;
  how.serialNumber = 'SN-2';
  await clock.advance(3_000);
  t.equal(device.state, 'down');
  t.match(device.lastError, { code: 'device_identity_changed', text: /SN-2, not SN-1/ });
  t.equal(buffer.size, before);
  how.serialNumber = 'SN-1';
  await clock.advance(1_000);
  t.equal(device.state, 'up', 'the old one is welcome back');
});

t.test('another device behind a new connection is found before it is read', async (t) => {
  const { clock, how, device, buffer } = simulatedDevice();
  await clock.advance(2_500);
  const before = buffer.size;
  how.serialNumber = 'SN-2';
  how.connects += 1;
  await clock.advance(1_000);
  t.match(device.lastError, { code: 'device_identity_changed' });
  t.equal(buffer.size, before, 'not one value of it is kept');
});

t.test('a device that was swapped without a missed beat is found within ten seconds', async (t) => {
  const { clock, how, device } = simulatedDevice();
  await clock.advance(2_500);
  how.serialNumber = 'SN-2';
  await clock.advance(10_000);
  t.match(device.lastError, { code: 'device_identity_changed' });
});

t.test('who it is is remembered once, and forgotten when the owner says so', async (t) => {
  const { clock, how, device, remembered } = simulatedDevice();
  await clock.advance(25_000);
  t.same(remembered, [{ serialNumber: 'SN-1', model: 'M', firmware: '1' }]);
  how.serialNumber = 'SN-2';
  await clock.advance(20_000);
  t.equal(device.state, 'down');
  device.forgetIdentity();
  await clock.advance(2_000);
  t.equal(device.state, 'up');
  t.match(remembered.at(-1), { serialNumber: 'SN-2' });
});

t.test('a counter’s glitch is marked, and its restart noted', async (t) => {
  const { clock, how, latest, audited } = simulatedDevice();
  const readings = (): unknown => latest.all().find(({ quantity }) => quantity === 'grid_import_kwh');
  const counts = (value: number): void => {
    how.values = [{ quantity: 'grid_import_kwh', value, quality: 'good' }];
  };
  await clock.advance(1_500);
  counts(40_000);
  await clock.advance(1_000);
  t.match(readings(), { value: 40_000, quality: 'suspect' }, 'as it was read, and not believed');
  counts(9_204.6);
  await clock.advance(1_000);
  t.match(readings(), { value: 9_204.6, quality: 'good' });
  counts(0.2);
  await clock.advance(3_000);
  t.match(readings(), { value: 0.2, quality: 'good' }, 'three in a row are another meter');
  t.match(audited, [{ principal: 'device:meter-1', action: 'counter.restarted' }]);
});
