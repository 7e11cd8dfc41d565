import t from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher, type Dispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import type { CommandCall } from '../../../gateway/features/command.ts';
import { bindEnergyCommands } from '../../../gateway/features/energy/energy-commands.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { StoreCalls } from '../../../gateway/storage/store-calls.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { batchOf, openScratch, type Sample } from '../../storage/scratch.ts';
import { scratchDirectory } from '../../storage/upkeep/history.ts';

interface Row {
  readonly device: string;
  readonly flow: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly localStart: string;
  readonly wh: number;
  readonly estimatedWh: number;
  readonly coveredMs: number;
  readonly source: string;
  readonly discontinuities: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

const dispatchers = new WeakMap<DatabaseService, Dispatcher>();

/** As faces ask: input and answer are checked against the schemas. */
function dispatcherOf(service: DatabaseService, zone: string): Dispatcher {
  const known = dispatchers.get(service);
  if (known !== undefined) return known;
  const time = new ManualTime();
  const store = {
    call: <Name extends keyof StoreCalls>(name: Name, ...parameters: Parameters<StoreCalls[Name]>) =>
      Promise.resolve(callStore(service, name, parameters)),
  };
  const commands = bindEnergyCommands({ clock: time, store, zone });
  const parts = { audit: store, clock: time, logger: silentLogger, checkOutput: true };
  const dispatcher = createDispatcher(commands, parts);
  dispatchers.set(service, dispatcher);
  return dispatcher;
}

async function list(
  service: DatabaseService,
  zone: string,
  input: Readonly<Record<string, unknown>>,
): Promise<{ readonly rows: readonly Row[]; readonly next: number | null }> {
  const call: CommandCall = {
    principal: { kind: 'local', id: 'local', scopes: new Set(['read']) },
    signal: new AbortController().signal,
    origin: 'local',
  };
  const answer = await dispatcherOf(service, zone).dispatch('energy.list', { ...input }, call);
  return answer as { rows: Row[]; next: number | null };
}

/** A counter that grows by 100 Wh and a power of 200 W, every five minutes from one instant to another. */
function readEveryFiveMinutes(service: DatabaseService, fromMs: number, toMs: number): void {
  service.internSeries([
    { device: 'meter', quantity: 'grid_import_kwh' },
    { device: 'plug', quantity: 'home_power_w' },
  ]);
  const samples: Sample[] = [];
  for (let atMs = fromMs; atMs <= toMs; atMs += 5 * minuteMs) {
    samples.push([1, atMs, 1_000 + (atMs - fromMs) / (50 * minuteMs)], [2, atMs, 200]);
  }
  for (let sequence = 1; samples.length > 0; sequence += 1)
    service.appendReadings({ bootId: 'boot', sequence }, batchOf(samples.splice(0, 1_000)));
}

const days = [
  {
    zone: 'Europe/Paris',
    from: '2026-10-25T00:00:00+02:00',
    to: '2026-10-26T00:00:00+01:00',
    hours: 25,
    quarters: 100,
  },
  {
    zone: 'Europe/Paris',
    from: '2026-03-29T00:00:00+01:00',
    to: '2026-03-30T00:00:00+02:00',
    hours: 23,
    quarters: 92,
  },
  {
    zone: 'Australia/Lord_Howe',
    from: '2026-04-05T00:00:00+11:00',
    to: '2026-04-06T00:00:00+10:30',
    hours: 25,
    quarters: 98,
  },
  {
    zone: 'Asia/Kathmandu',
    from: '2026-10-25T00:00:00+05:45',
    to: '2026-10-26T00:00:00+05:45',
    hours: 24,
    quarters: 96,
  },
];

for (const { zone, from, to, hours, quarters } of days) {
  t.test(`a day of ${quarters} quarter-hours in ${zone} is told whole, by each resolution`, async (t) => {
    const service = openScratch(scratchDirectory(t), zone);
    t.teardown(() => service.close());
    readEveryFiveMinutes(service, Date.parse(from) - hourMs, Date.parse(to) + hourMs);
    for (const [resolution, count] of [
      ['15m', quarters],
      ['1h', hours],
      ['1d', 1],
    ] as const) {
      const { rows, next } = await list(service, zone, { from, to, resolution });
      t.equal(next, null);
      for (const flow of ['grid_import', 'home']) {
        const own = rows.filter((row) => row.flow === flow);
        t.equal(own.length, count, `${flow} by ${resolution}`);
        t.equal(new Set(own.map(({ localStart }) => localStart)).size, count, 'each has its own name');
        const wh = own.reduce((sum, row) => sum + row.wh, 0);
        t.ok(Math.abs(wh - quarters * (flow === 'home' ? 50 : 300)) < 0.001, `${wh} Wh`);
        t.equal(
          own.reduce((sum, row) => sum + row.coveredMs, 0),
          Date.parse(to) - Date.parse(from),
        );
        t.equal(own[0]?.startMs, Date.parse(from));
        t.equal(own.at(-1)?.endMs, Date.parse(to));
        t.ok(own.every((row) => row.source === (flow === 'home' ? 'power' : 'counter')));
      }
    }
  });
}

t.test('the hour that comes twice is told twice, apart', async (t) => {
  const service = openScratch(scratchDirectory(t));
  t.teardown(() => service.close());
  readEveryFiveMinutes(service, Date.parse('2026-10-24T22:00:00Z'), Date.parse('2026-10-25T04:00:00Z'));
  const { rows } = await list(service, 'Europe/Paris', {
    device: 'meter',
    from: '2026-10-25T00:00:00Z',
    to: '2026-10-25T02:00:00Z',
  });
  t.same(
    rows.map(({ localStart, wh }) => [localStart, wh]),
    [
      ['2026-10-25T02:00:00+02:00', 1_200],
      ['2026-10-25T02:00:00+01:00', 1_200],
    ],
  );
});

const noonMs = Date.UTC(2026, 2, 10, 12);

t.test('a slot is told by the counter or by power, never by both', async (t) => {
  const service = openScratch(scratchDirectory(t));
  t.teardown(() => service.close());
  service.internSeries([
    { device: 'meter', quantity: 'grid_import_kwh' },
    { device: 'meter', quantity: 'grid_power_w' },
  ]);
  const samples: Sample[] = [];
  // An hour of power alone, an hour with a counter that counts twice as much, an hour of power alone.
  for (let minute = 0; minute <= 180; minute += 1) {
    samples.push([2, noonMs + minute * minuteMs, 600]);
    if (minute >= 60 && minute <= 120) samples.push([1, noonMs + minute * minuteMs, 50 + (minute - 60) / 50]);
  }
  service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf(samples));
  const range = { from: String(noonMs), to: String(noonMs + 3 * hourMs) };
  const { rows } = await list(service, 'UTC', { ...range, flow: 'grid_import' });
  t.same(
    rows.map(({ wh, source }) => [wh, source]),
    [
      [600, 'power'],
      [1_200, 'counter'],
      [600, 'power'],
    ],
  );
  const day = await list(service, 'UTC', { ...range, from: String(noonMs - 12 * hourMs), resolution: '1d' });
  t.same(
    day.rows.map(({ flow, wh, source }) => [flow, wh, source]),
    [
      ['grid_import', 2_400, 'mixed'],
      ['grid_export', 0, 'power'],
    ],
  );
  // The counter is back: what it counted meanwhile takes the place of what power came to.
  service.appendReadings({ bootId: 'boot', sequence: 2 }, batchOf([[1, noonMs + 180 * minuteMs, 53.6]]));
  const later = await list(service, 'UTC', { ...range, flow: 'grid_import' });
  t.same(
    later.rows.map(({ wh, source, estimatedWh }) => [wh, source, estimatedWh]),
    [
      [600, 'power', 0],
      [1_200, 'counter', 0],
      [2_400, 'counter', 2_400],
    ],
  );
});

t.test('power is told by its direction', async (t) => {
  const service = openScratch(scratchDirectory(t));
  t.teardown(() => service.close());
  service.internSeries([
    { device: 'inverter', quantity: 'battery_power_w' },
    { device: 'inverter', quantity: 'grid_power_w' },
  ]);
  const samples: Sample[] = [];
  for (let minute = 0; minute <= 15; minute += 1) {
    samples.push([1, noonMs + minute * minuteMs, 1_200], [2, noonMs + minute * minuteMs, -800]);
  }
  service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf(samples));
  const { rows } = await list(service, 'UTC', {
    from: String(noonMs),
    to: String(noonMs + 15 * minuteMs),
    resolution: '15m',
  });
  t.same(
    rows.map(({ flow, wh }) => [flow, wh]),
    [
      ['grid_import', 0],
      ['grid_export', 200],
      ['battery_charge', 0],
      ['battery_discharge', 300],
    ],
  );
});

t.test('pages join without a gap or a repetition, and part no start', async (t) => {
  const service = openScratch(scratchDirectory(t));
  t.teardown(() => service.close());
  readEveryFiveMinutes(service, noonMs, noonMs + 30 * hourMs);
  const range = { from: String(noonMs), to: String(noonMs + 30 * hourMs), resolution: '15m' };
  const { rows: all } = await list(service, 'UTC', range);
  t.equal(all.length, 2 * 120);
  for (const limit of [1, 2, 7, 100]) {
    const found: Row[] = [];
    let from: string | undefined = range.from;
    while (from !== undefined) {
      const { rows, next }: { rows: readonly Row[]; next: number | null } = await list(service, 'UTC', {
        ...range,
        from,
        limit,
      });
      t.ok(rows.length <= Math.max(limit, 2), 'one start is told whole, however small the limit');
      found.push(...rows);
      from = next === null ? undefined : String(next);
    }
    t.same(found, all, `pages of ${limit}`);
  }
});

t.test('what starts in the range is told, whole, up to now and in the past', async (t) => {
  const service = openScratch(scratchDirectory(t));
  t.teardown(() => service.close());
  readEveryFiveMinutes(service, noonMs, noonMs + 3 * hourMs);
  const starts = async (from: number, to: number): Promise<number[]> => {
    const { rows } = await list(service, 'UTC', { device: 'meter', from: String(from), to: String(to) });
    return rows.map(({ startMs }) => (startMs - noonMs) / hourMs);
  };
  t.same(await starts(noonMs, noonMs + 1), [0]);
  t.same(await starts(noonMs + 1, noonMs + hourMs), []);
  t.same(await starts(noonMs + 1, noonMs + hourMs + 1), [1]);
  t.same(await starts(-8.64e15, 8.64e15), [0, 1, 2]);
  t.same(await starts(noonMs + 100 * hourMs, 8.64e15), []);
});

t.test('a device or a range that is not there is refused, with what there is', async (t) => {
  const service = openScratch(scratchDirectory(t));
  t.teardown(() => service.close());
  t.same(await list(service, 'UTC', {}), { rows: [], next: null, ...pick(await list(service, 'UTC', {})) });
  readEveryFiveMinutes(service, noonMs, noonMs + hourMs);
  await t.rejects(list(service, 'UTC', { device: 'none' }), { code: 'device_unknown', hint: /meter/ });
  await t.rejects(list(service, 'UTC', { from: '1h', to: '2h' }), { code: 'input_invalid' });
  await t.rejects(list(service, 'UTC', { from: 'yesterday' }), { code: 'input_invalid' });
  await t.rejects(list(service, 'UTC', { flow: 'gas' }), { code: 'input_invalid' });
  await t.rejects(list(service, 'UTC', { resolution: '5m' }), { code: 'input_invalid' });
  t.same((await list(service, 'UTC', { device: 'meter', flow: 'pv', from: '0' })).rows, []);
});

function pick(answer: object): object {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'rows' && name !== 'next'));
}
