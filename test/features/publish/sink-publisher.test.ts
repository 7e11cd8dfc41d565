import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { csv } from '../../../gateway/io/sinks/csv.ts';
import { scratchDirectory } from '../../storage/upkeep/history.ts';
import { dayMs, hourMs, minuteMs, PublishBench, StubReceiver } from './publish-bench.ts';

function benchOf(t: Test, parts: ConstructorParameters<typeof PublishBench>[2] = {}) {
  const receiver = new StubReceiver();
  const bench = new PublishBench(scratchDirectory(t), receiver.definition, parts);
  t.teardown(() => bench.service.close());
  return { receiver, bench };
}

/** A reading each so often, of one meter, until now. */
function live(bench: PublishBench, durationMs: number, stepMs: number): void {
  for (let atMs = 0; atMs < durationMs; atMs += stepMs) {
    bench.append('meter', { grid_power_w: bench.nowMs % 997 });
    bench.time.pass(stepMs);
  }
  bench.pack();
}

const down = new GatewayError('connection_refused', 'nobody listens there');

t.test(
  'what is committed is written once, with its names and units, in the order of its arrival',
  async (t) => {
    const { receiver, bench } = benchOf(t);
    const { nowMs } = bench;
    bench.append('meter', { grid_power_w: 5, grid_import_kwh: NaN });
    bench.append('boiler', { flow_temperature_c: 40 }, nowMs - 1);
    await bench.beat();
    await bench.beat();
    bench.append('meter', { grid_power_w: 6 }, nowMs + 1);
    await bench.beat();
    t.same(receiver.rows, [
      `meter grid_power_w ${nowMs} 5`,
      `meter grid_import_kwh ${nowMs} null`,
      `boiler flow_temperature_c ${nowMs - 1} 40`,
      `meter grid_power_w ${nowMs + 1} 6`,
    ]);
    t.match(receiver.batches[0], { isLive: true, rows: [{ unit: 'W' }] });
    t.match(bench.publisher.progress(), { isOpen: true, failure: undefined, mark: { written: 4 } });
  },
);

t.test('words are sent as they are at first, and then as they change', async (t) => {
  const { receiver, bench } = benchOf(t, { only: { devices: ['boiler'] } });
  const mode = (text: string, atMs: number, device = 'boiler') => ({ device, quantity: 'mode', atMs, text });
  bench.service.putTexts([mode('Off', 1), mode('Auto', 2), mode('On', 2, 'plug')]);
  await bench.beats(2);
  bench.service.putTexts([mode('Away', 3), mode('Auto', 4)]);
  await bench.beat();
  await bench.restart('stop');
  await bench.beat();
  t.same(
    receiver.batches.map(({ texts }) => texts.map(({ text }) => text)),
    [['Auto'], ['Away', 'Auto']],
  );
});

t.test('a usual first day is one file of CSV with one header, whatever comes first', async (t) => {
  const directory = scratchDirectory(t);
  const bench = new PublishBench(directory, csv, {
    only: { sources: ['p1'], quantities: ['power', 'model'] },
  });
  t.teardown(() => bench.service.close());
  const { nowMs } = bench;
  bench.append('p1', { power: 1, hidden: 2 });
  bench.append('p1-b', { power: 3, other: 4 });
  bench.service.putTexts([{ device: 'p1', quantity: 'model', atMs: nowMs, text: 'ISKRA' }]);
  await bench.beats(2);
  await bench.restart('stop');
  bench.append('p1', { power: 5 }, nowMs + 10_000);
  await bench.beat();
  const [name = '', ...others] = readdirSync(join(directory, 'csv'));
  t.same(others, []);
  const [header, ...lines] = readFileSync(join(directory, 'csv', name), 'utf8')
    .trimEnd()
    .split('\n');
  t.equal(header, 'timestamp,power,model');
  t.same(
    lines.map((line) => line.replace(/^[^,]*/, '')),
    [',1,', ',,ISKRA', ',5,'],
  );
});

t.test('a sink gets the devices, sources and quantities that it asks for', async (t) => {
  const only = { devices: ['meter'], sources: ['p1-a'], quantities: ['grid_power_w'] };
  const { receiver, bench } = benchOf(t, { only });
  for (const device of ['meter', 'roof', 'p1-a', 'p1-a/gas', 'p1-b'])
    bench.append(device, { grid_power_w: 1, grid_import_kwh: 2 });
  await bench.beat();
  t.same(
    receiver.batches.flatMap(({ rows }) => rows.map(({ device, quantity }) => `${device} ${quantity}`)),
    ['meter grid_power_w', 'p1-a grid_power_w', 'p1-a/gas grid_power_w'],
  );
});

t.test('a sink that was away for days gets what is new first, and then all that it has missed', async (t) => {
  const { receiver, bench } = benchOf(t);
  live(bench, 10 * minuteMs, minuteMs);
  await bench.beat();
  receiver.mood = down;
  bench.append('meter', { grid_power_w: -2 });
  await t.rejects(bench.beat(), { code: 'connection_refused' });
  t.match(bench.publisher.notes(), [{ subject: 'sink:sink-1', message: /nobody listens/ }]);
  live(bench, 3 * dayMs, 10 * minuteMs);
  await bench.restart('stop');
  receiver.mood = 'well';
  const before = receiver.batches.length;
  bench.append('meter', { grid_power_w: -1 });
  await bench.beats(40);
  t.equal(receiver.batches[before]?.isLive, true);
  const live2 = receiver.batches.slice(before).map(({ isLive }) => isLive);
  t.equal(live2.lastIndexOf(true) < live2.indexOf(false), true, 'live ones come first');
  t.equal(new Set(receiver.rows).size, 10 + 3 * 144 + 2);
  t.match(bench.publisher.progress().mark, { backlog: [], lost: 0 });
  t.same(bench.publisher.notes(), []);
});

t.test('a backlog takes no more readings a second than it may, and none when live ones wait', async (t) => {
  const { receiver, bench } = benchOf(t, { backlogRowsPerSecond: 5 });
  live(bench, minuteMs, minuteMs);
  await bench.beat();
  live(bench, 12 * hourMs, minuteMs);
  await bench.beat();
  const before = receiver.rows.length;
  const fromMs = bench.time.monotonic();
  await bench.beats(60);
  const seconds = (bench.time.monotonic() - fromMs) / 1_000;
  const sent = receiver.rows.length - before;
  t.ok(sent > 0 && sent <= 5 * seconds + 10, `${sent} in ${seconds} s`);
});

t.test('what retention took before it was sent is counted, said, and does not stop the rest', async (t) => {
  const { receiver, bench } = benchOf(t, { only: { devices: ['meter'] } });
  live(bench, 10 * minuteMs, minuteMs);
  await bench.beat();
  bench.time.pass(50 * minuteMs);
  for (let hour = 0; hour < 96; hour += 1) {
    bench.append('meter', { grid_power_w: hour });
    bench.append('boiler', { grid_power_w: hour });
    bench.time.pass(hourMs);
  }
  bench.pack();
  while (bench.service.prune(bench.nowMs, { rawMs: 2 * dayMs }).remaining);
  await bench.beats(20);
  t.same(new Set(receiver.rows).size - 10, 48);
  const { lost, backlog } = bench.publisher.progress().mark;
  t.same([lost >= 48 && lost <= 58, backlog], [true, []], `${lost} lost`);
  t.match(bench.publisher.notes(), [{ subject: 'sink:sink-1:lost', message: /deleted before/ }]);
  t.match(bench.service.listAuditLines({ beforeMs: Infinity, rowsMax: 9 }), [{ action: 'sink.lost' }]);
});

t.test('refused rows are counted and noted once, and the others go on', async (t) => {
  const { receiver, bench } = benchOf(t);
  receiver.refuses = (quantity) => quantity === 'odd';
  for (let index = 0; index < 5; index += 1) bench.append('meter', { grid_power_w: index, odd: 1 });
  await bench.beat();
  bench.append('meter', { grid_power_w: 5, odd: 1 });
  await bench.beat();
  t.match(bench.publisher.progress().mark, { written: 6, refused: 6 });
  t.match(bench.publisher.notes(), [
    { subject: 'sink:sink-1:refused', message: /6 readings, such as meter odd: no such column/ },
  ]);
  t.equal(bench.service.listAuditLines({ beforeMs: Infinity, rowsMax: 9 }).length, 1);
});

t.test('a sink that does not answer in its time has failed, and is opened again', async (t) => {
  const { receiver, bench } = benchOf(t);
  receiver.mood = 'hang';
  bench.append('meter', { grid_power_w: 1 });
  const beat = bench.beat();
  while (bench.time.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  bench.time.pass(10_000);
  await t.rejects(beat, { code: 'sink_unavailable', message: /longer than 10 s/ });
  receiver.mood = 'well';
  await bench.beat();
  t.same([receiver.rows.length, receiver.opened, receiver.closed], [1, 2, 1]);
});

t.test(
  'a receiver that says when to come again is left alone until then, or until people say so',
  async (t) => {
    const { receiver, bench } = benchOf(t);
    receiver.mood = new GatewayError('rate_limited', 'too many', { facts: { retryAfterMs: hourMs } });
    bench.append('meter', { grid_power_w: 1 });
    await t.rejects(bench.beat(), { code: 'rate_limited' });
    receiver.mood = 'well';
    await t.rejects(bench.beat(), { code: 'rate_limited' });
    t.equal(receiver.opened, 1, 'nobody was asked');
    bench.publisher.forgive();
    await bench.beat();
    t.equal(receiver.rows.length, 1);
  },
);

for (const [how, again] of [
  ['stop', 0],
  ['crash', 3],
] as const) {
  t.test(`after a ${how} it goes on where its mark says`, async (t) => {
    const { receiver, bench } = benchOf(t);
    bench.append('meter', { grid_power_w: 0 });
    await bench.beat();
    bench.time.pass(10 * minuteMs);
    for (let index = 1; index <= 3; index += 1)
      bench.append('meter', { grid_power_w: index }, bench.nowMs + index);
    await bench.beat();
    await bench.restart(how);
    await bench.beat();
    t.equal(new Set(receiver.rows).size, 4);
    t.ok(receiver.rows.length <= 4 + again);
  });
}
