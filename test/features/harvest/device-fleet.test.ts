import assert from 'node:assert';
import t from 'tap';
import { monotonicMs } from '../../../gateway/core/clock.ts';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import { createLiveFeed } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import {
  DeviceFleet,
  type FleetConfig,
  type FleetLink,
} from '../../../gateway/features/harvest/device-fleet.ts';
import type { DeviceIdentity } from '../../../gateway/features/harvest/harvested-device.ts';
import { LatestReadings } from '../../../gateway/features/harvest/latest-readings.ts';
import { ReadingBuffer } from '../../../gateway/features/harvest/reading-buffer.ts';
import { bench } from '../../engine/engine-bench.ts';

interface Config extends FleetConfig {
  readonly line: string;
}

function config(id: string, change: Partial<Config> = {}): Config {
  return { id, periodMs: 1_000, enabled: true, line: 'line', ...change };
}

/** A fleet whose devices take `tookMs` an answer; what is asked is written down. */
function fleetBench() {
  const { clock, scheduler, events } = bench();
  const feed = createLiveFeed();
  const identities = new Map<string, DeviceIdentity>();
  const closed: string[] = [];
  const asked: string[] = [];
  const measured = new Map<string, number>();
  const timeouts = new Map<string, number>();
  const learning = new Set<string>();
  const exchange = async <Answer>(what: string, answer: Answer): Promise<Answer> => {
    asked.push(what);
    await new Promise<void>((resolve) => clock.at(monotonicMs(clock.monotonic() + 20), resolve));
    return answer;
  };
  const link = ({ id, line, periodMs }: Config): FleetLink => ({
    driver: { id: 'stub', title: 'Stub' },
    address: `${line}/1`,
    poller: {
      quantities: ['grid_power_w'],
      poll: async () =>
        await exchange(`poll ${id}`, [{ quantity: 'grid_power_w', value: 1, quality: 'good' }]),
      probe: async () => await exchange(`probe ${id}`, undefined),
      identify: async () =>
        await exchange(`identify ${id}`, { serialNumber: `SN-${id}`, model: 'M', firmware: '1' }),
      readSerialNumber: async () => await exchange(`serial ${id}`, `SN-${id}`),
      describePlan: () => assert.fail('nobody looks at the plan'),
      counterRules: () => undefined,
    },
    registers: {
      readRegisters: async () => await exchange(`read ${id}`, Uint16Array.of(7)),
      writeRegisters: async () => await exchange(`write ${id}`, undefined),
    },
    lane: line,
    controls: () => ({ controls: [], wordOrder: 'big' }),
    readValues: () => assert.fail('nobody reads everything'),
    planned: () => ({
      id,
      periodMs,
      requestCount: 2,
      identifyCount: 3,
      responseMsMax: 100,
      requestGapMs: 0,
      connectDelayMs: 0,
      requestTimeoutMs: 3_000,
      measuredPollMs: measured.get(id),
    }),
    allowRequests: () => undefined,
    isLearning: () => learning.has(id),
    hasNewPlan: () => true,
    connects: () => 1,
    limitRequests: (timeoutMs) => timeouts.set(id, timeoutMs),
    close: () => closed.push(id),
  });
  const fleet = new DeviceFleet<Config>({
    clock,
    logger: silentLogger,
    feed,
    store: {
      call: async (_name, ...[asked]) =>
        (Array.isArray(asked) ? asked.map((_, index) => index + 1) : undefined) as never,
    },
    buffer: new ReadingBuffer(),
    latest: new LatestReadings(feed),
    identities: {
      load: async (id) => identities.get(id),
      save: async (id, identity) => void identities.set(id, identity),
    },
    link,
    submit: (task) => scheduler.submit(task),
    runAgain: (name) => void scheduler.reschedule(name, clock.monotonic()),
    cancel: (name) => void scheduler.cancel(name),
    hold: (name, slackMs) => void scheduler.hold(name, slackMs),
    commitSoon: () => undefined,
  });
  return { clock, scheduler, events, fleet, identities, closed, asked, measured, timeouts, learning };
}

t.test('devices come and go while the others are read', async (t) => {
  const { clock, fleet, asked, closed } = fleetBench();
  await fleet.add(config('a'));
  fleet.start();
  await clock.advance(1_500);
  await fleet.add(config('b'));
  await clock.advance(2_000);
  t.ok(asked.includes('poll b'), 'a device that comes later is read at once');
  fleet.remove('a');
  t.same(closed, ['a']);
  asked.length = 0;
  await clock.advance(2_000);
  t.notOk(asked.includes('poll a'));
  t.equal(asked.filter((what) => what === 'poll b').length, 2);
  t.same(
    fleet.devices().map(({ device }) => device.id),
    ['b'],
  );
});

t.test('each device is planned with those of its line, and anew when they change', async (t) => {
  const { fleet, timeouts } = fleetBench();
  await fleet.add(config('a'));
  t.equal(timeouts.get('a'), 3_000, 'alone it keeps its own time-out');
  await fleet.add(config('b'));
  t.equal(timeouts.get('a'), 150, 'half of what two polls and an identity leave of a second');
  await fleet.add(config('elsewhere', { line: 'other' }));
  t.equal(fleet.lanes().length, 2);
  fleet.remove('b');
  t.equal(timeouts.get('a'), 3_000);
  fleet.remove('a');
  t.same([...fleet.bounds().keys()], ['other'], 'a line without devices is none');
});

t.test(
  'a period that the declared figures do not allow comes back once the link shows that it is fast',
  async (t) => {
    const { clock, fleet, measured } = fleetBench();
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const id of ids) await fleet.add(config(id));
    const periods = (): number[] => fleet.devices().map(({ timing }) => timing.periodMs);
    t.same(new Set(periods()), new Set([2_000]), '6 × 200 ms and an identity do not fit into a second');
    fleet.start();
    for (const id of ids) measured.set(id, 40);
    await clock.advance(4_000);
    t.same(new Set(periods()), new Set([1_000]));
    for (const id of ids) measured.set(id, 190);
    await clock.advance(4_000);
    t.same(new Set(periods()), new Set([2_000]), 'and goes again when it is not');
  },
);

t.test(
  'a device that is got to know is polled on at once, and its neighbours keep their beats',
  async (t) => {
    const { clock, fleet, asked, learning } = fleetBench();
    await fleet.add(config('a', { periodMs: 2_000 }));
    await fleet.add(config('b', { periodMs: 2_000 }));
    learning.add('a');
    fleet.start();
    await clock.advance(6_100);
    t.ok(asked.filter((what) => what === 'poll a').length > 50);
    t.equal(asked.filter((what) => what === 'poll b').length, 4, 'the start and three beats');
    learning.delete('a');
    asked.length = 0;
    await clock.advance(6_000);
    t.equal(asked.filter((what) => what === 'poll a').length, 3, 'only its beats from then on');
  },
);

t.test('a use runs in the device’s lane, never beside a poll, and its error is the caller’s', async (t) => {
  const { clock, scheduler, fleet, events } = fleetBench();
  await fleet.add(config('a'));
  fleet.start();
  await clock.advance(1_005);
  const how = { name: 'read:a', priority: 'control', deadlineMs: 500 } as const;
  const range = { table: 'holding', address: 0, count: 1 } as const;
  const words = fleet.use(
    'a',
    how,
    async (registers, signal) => await registers.readRegisters(range, signal),
  );
  await clock.advance(200);
  t.same([...(await words)], [7]);
  const refused = fleet.use(
    'a',
    how,
    async () => await Promise.reject(new GatewayError('device_busy', 'busy')),
  );
  refused.catch(() => undefined);
  await clock.advance(200);
  await t.rejects(refused, { code: 'device_busy' });
  t.equal(scheduler.report().failures, 0, 'it is not tried again');
  t.ok(events.filter(({ kind, task }) => kind === 'start' && task.startsWith('read:a')).length === 2);
  t.equal(await codeOf(fleet.use('z', how, async () => undefined)), 'device_unknown');
});

t.test('what was asked for and did not run ends with the device', async (t) => {
  const { clock, fleet } = fleetBench();
  await fleet.add(config('a'));
  fleet.start();
  await clock.advance(5);
  const how = { name: 'read:a', priority: 'housekeeping', deadlineMs: 500 } as const;
  const use = codeOf(fleet.use('a', how, async () => undefined));
  fleet.remove('a');
  t.equal(await use, 'stopping');
});

t.test('two devices of one id, unknown ids and devices that are switched off are refused', async (t) => {
  const { fleet } = fleetBench();
  await fleet.add(config('a'));
  await fleet.add(config('off', { enabled: false }));
  t.equal(await codeOf(fleet.add(config('a'))), 'already_exists');
  t.throws(() => fleet.remove('z'), { code: 'device_unknown' });
  const how = { name: 'x', priority: 'control', deadlineMs: 5 } as const;
  t.equal(await codeOf(fleet.use('off', how, async () => undefined)), 'device_unknown');
});

t.test('who a device was in the last run still counts', async (t) => {
  const { clock, fleet, identities } = fleetBench();
  identities.set('a', { serialNumber: 'SN-of-another', model: '', firmware: '' });
  await fleet.add(config('a'));
  fleet.start();
  await clock.advance(5_000);
  const [read] = fleet.devices();
  t.match(read?.device.lastError, { code: 'device_identity_changed' });
  fleet.accept('a');
  await clock.advance(20_000);
  t.equal(read?.device.state, 'up');
  t.match(identities.get('a'), { serialNumber: 'SN-a' });
});

async function codeOf(pending: Promise<unknown>): Promise<string | undefined> {
  try {
    await pending;
    return undefined;
  } catch (error) {
    return errorCodeOf(error);
  }
}
