import t, { type Test } from 'tap';
import type { TelemetryUplink } from '../../../gateway/features/telemetry/telemetry-uplink.ts';
import { scratchDirectory } from '../../storage/upkeep/history.ts';
import { TelemetryBench } from './telemetry-bench.ts';

function benchOf(t: Test, uplink: Partial<TelemetryUplink> = {}): TelemetryBench {
  const bench = new TelemetryBench(scratchDirectory(t), uplink);
  t.teardown(async () => await bench.close());
  return bench;
}

/** Everything that was committed arrived once, and the backend found nothing wrong with any of it. */
function hasAll(t: Test, bench: TelemetryBench): void {
  t.same(bench.shelf.readings.toSorted(), bench.appended.toSorted());
  t.same(bench.backend.problems, []);
}

const kindsOf = (bench: TelemetryBench): readonly string[] => bench.sent.map(({ kind }) => kind);

t.test('what is committed is sent at once, and what arrived is known', async (t) => {
  const bench = benchOf(t);
  await bench.beat();
  t.same(kindsOf(bench), ['hello', 'telemetry'], 'the chain begins though there are no readings yet');
  bench.append();
  await bench.beat();
  hasAll(t, bench);
  const { mark } = bench.sender.deliveries.present?.book ?? {};
  t.match(mark, { sequence: bench.sealer.place?.sequence, readings: 10 });
  t.same(bench.security, []);
  await bench.beats(5);
  t.equal(kindsOf(bench).filter((kind) => kind === 'telemetry').length, 2, 'nothing is sent twice');
});

t.test('after an outage the newest comes first, and what was missed behind it, oldest first', async (t) => {
  const bench = benchOf(t);
  await bench.beat();
  bench.road = 'cut';
  for (let minute = 0; minute < 30; minute += 1) {
    for (let step = 0; step < 6; step += 1) {
      bench.append();
      await bench.beat(10_000);
    }
  }
  bench.road = 'open';
  const before = bench.shelf.arrivals.length;
  await bench.beats(3);
  hasAll(t, bench);
  const numbers = bench.shelf.arrivals.slice(before).map(({ key }) => Number(key.split(' ')[1]));
  const [newest, ...others] = numbers;
  t.ok(newest !== undefined && others.slice(0, -2).every((number) => number < newest));
  const missed = others.filter((number) => number < (newest ?? 0));
  t.same(
    missed,
    missed.toSorted((left, right) => left - right),
  );
  t.ok(missed.length >= 29 && missed.length <= 31, 'a minute a batch while nobody listens');
  t.equal(bench.shelf.duplicates, 0);
});

t.test(
  'what was missed is sent no faster than its owner wants, and what is new does not wait for it',
  async (t) => {
    const bench = benchOf(t, { backlogReadingsPerSecond: 100 });
    await bench.beat();
    bench.road = 'cut';
    for (let minute = 0; minute < 20; minute += 1) {
      bench.append(600);
      await bench.beat(60_000);
    }
    bench.road = 'open';
    const had = (): number => bench.shelf.readings.length;
    await bench.beat();
    const first = had();
    await bench.beats(30);
    t.ok(had() - first <= 100 * 60 + 7_000, 'a minute at 100 a second, and one message');
    bench.append(5);
    await bench.beat();
    t.ok(bench.shelf.readings.includes(bench.appended.at(-1) ?? ''));
    await bench.beats(120);
    hasAll(t, bench);
  },
);

t.test('answers that are lost double nothing: the backend is asked what it has', async (t) => {
  const bench = benchOf(t);
  await bench.beat();
  for (let time = 0; time < 10; time += 1) {
    bench.append();
    bench.road = 'deaf';
    t.ok(await bench.beat());
    bench.road = 'open';
    t.equal(await bench.beat(), undefined);
  }
  hasAll(t, bench);
  t.equal(bench.shelf.duplicates, 0);
  t.same(bench.security, [], 'what may have arrived may be acknowledged');
});

t.test('a backend that says late what it has is not sent anything twice', async (t) => {
  const bench = benchOf(t);
  await bench.beat();
  bench.road = 'slow';
  await bench.beats(50, () => bench.append());
  t.equal(bench.shelf.duplicates, 0);
  t.equal(bench.sender.deliveries.present?.book.underway.length, 50);
  bench.answerLate();
  await bench.beat();
  t.equal(bench.sender.deliveries.present?.book.underway.length, 0);
  hasAll(t, bench);
});

t.test('what a backend had in memory alone is sent again when it says that it is gone', async (t) => {
  const bench = benchOf(t);
  bench.backend.manners.isSyncing = false;
  await bench.beats(5, () => bench.append());
  t.equal(bench.shelf.readings.length, 0);
  t.equal(bench.sender.deliveries.present?.book.mark.sequence, 0, 'what is not on disk is not acknowledged');
  bench.backend.crash();
  bench.backend.manners.isSyncing = true;
  bench.time.pass(120_000);
  await bench.beats(3, () => bench.append());
  hasAll(t, bench);
});

t.test('a backend that goes back to a backup gets what is still kept once more', async (t) => {
  const bench = benchOf(t);
  await bench.beats(20, () => bench.append());
  const sequence = bench.sealer.place?.sequence ?? 0;
  bench.shelf.forgetAfter(10);
  await bench.beats(3, () => bench.append());
  hasAll(t, bench);
  const { mark } = bench.sender.deliveries.present?.book ?? {};
  t.ok((mark?.sequence ?? 0) > sequence);
  t.equal(mark?.readings, bench.appended.length, 'and is not counted twice');
});

for (const how of ['stop', 'crash'] as const)
  t.test(`a restart (${how}) goes on where the backend says`, async (t) => {
    const bench = benchOf(t);
    await bench.beats(10, () => bench.append());
    bench.append();
    await bench.restart(how);
    await bench.beats(3, () => bench.append());
    hasAll(t, bench);
    t.equal(bench.shelf.duplicates, 0);
    const kinds = bench.shelf.batches.flatMap(({ records }) => records.map(({ kind }) => kind));
    t.equal(kinds.filter((kind) => kind === 'restart').length, 2);
    t.equal(kinds.filter((kind) => kind === 'epoch').length, 1);
  });

t.test(
  'a batch that is refused does not keep the others back, and comes again when somebody says so',
  async (t) => {
    const bench = benchOf(t);
    await bench.beat();
    bench.road = 'cut';
    for (let minute = 0; minute < 10; minute += 1) {
      bench.append();
      await bench.beat(60_000);
    }
    const refused = (bench.status.oldest ?? 0) + 4;
    bench.backend.manners.refused.add(refused);
    bench.road = 'open';
    await bench.beats(5);
    t.equal(bench.sender.progress().sent.refused, 1);
    t.match(bench.sender.progress().sent.refusal, /not this one/);
    t.equal(bench.shelf.readings.length, bench.appended.length - 10);
    t.equal(bench.sender.progress().failure, undefined);
    bench.backend.manners.refused.clear();
    bench.sender.forgive();
    await bench.beats(2);
    hasAll(t, bench);
  },
);

t.test('messages that are too large become smaller, down to one batch', async (t) => {
  const bench = benchOf(t);
  await bench.beat();
  bench.road = 'cut';
  for (let minute = 0; minute < 40; minute += 1) {
    bench.append(100);
    await bench.beat(60_000);
  }
  bench.backend.manners.bytesMax = 8_000;
  bench.road = 'open';
  await bench.beats(5);
  hasAll(t, bench);
  t.equal(bench.sender.progress().sent.refused, 0);
});

t.test('a backend that wants to be left alone is', async (t) => {
  const bench = benchOf(t);
  await bench.beat();
  bench.backend.manners.status = 503;
  bench.append();
  t.ok(await bench.beat());
  t.match(bench.sender.progress(), { isUp: false, failure: { error: { code: 'uplink_refused' } } });
  bench.backend.manners.status = undefined;
  await bench.beats(2);
  t.equal(bench.sender.progress().failure, undefined);
  hasAll(t, bench);
});

t.test('acknowledgements that are not ours to hear change nothing, and are told of', async (t) => {
  const bench = benchOf(t);
  await bench.beats(5, () => bench.append());
  const { backend, gateway } = bench;
  const book = bench.sender.deliveries.present?.book;
  const last = backend.said.at(-1) ?? {};
  const unsigned = Object.fromEntries(Object.entries(last).filter(([name]) => name !== 'signature'));
  const nowMs = bench.time.wall();
  const place = bench.sealer.place ?? { sequence: 0, head: '' };
  const table: readonly (readonly [string, string | undefined, object])[] = [
    ['an old one', 'ack.replayed', backend.said[0] ?? {}],
    ['the last one again', undefined, last],
    ['one that was changed', 'ack.forged', { ...last, at: nowMs + 1 }],
    [
      'one for another gateway',
      'ack.foreign',
      backend.signed('gw-ack-1', { ...unsigned, gateway: 'another', at: nowMs + 2 }),
    ],
    [
      'one of another chain',
      'ack.foreign',
      backend.signed('gw-ack-1', { ...unsigned, epoch: 'f'.repeat(16), at: nowMs + 3 }),
    ],
    [
      'one that is signed for something else',
      'ack.forged',
      backend.signed('gw-command-1', { ...unsigned, at: nowMs + 4 }),
    ],
    [
      'one that claims what was never sent',
      'ack.impossible',
      backend.signed('gw-ack-1', { ...unsigned, to: place.sequence + 1, at: nowMs + 5 }),
    ],
    [
      'one with another head',
      'ack.impossible',
      backend.signed('gw-ack-1', { ...unsigned, head: '1'.repeat(64), at: nowMs + 6 }),
    ],
    [
      'one that ends within a batch',
      'ack.impossible',
      backend.signed('gw-ack-1', { ...unsigned, to: 1, head: '1'.repeat(64), at: nowMs + 7 }),
    ],
    [
      'one from the day after tomorrow',
      'ack.invalid',
      backend.signed('gw-ack-1', { ...unsigned, at: nowMs + 2 * 86_400_000 }),
    ],
    [
      'ranges that touch',
      'ack.invalid',
      backend.signed('gw-ack-1', { ...unsigned, to: 1, also: [[2, 3]], at: nowMs + 8 }),
    ],
    [
      'an unknown member',
      'ack.invalid',
      backend.signed('gw-ack-1', { ...unsigned, extra: 1, at: nowMs + 9 }),
    ],
  ];
  for (const [name, kind, message] of table) {
    const { mark } = book ?? {};
    bench.security.length = 0;
    bench.say(message);
    await bench.beat(10);
    t.same(
      bench.security.map((event) => event.kind),
      kind === undefined ? [] : [kind],
      name,
    );
    t.equal(book?.mark, mark, name);
  }
  t.equal(gateway, unsigned['gateway']);
  bench.append();
  await bench.beat();
  hasAll(t, bench);
});

t.test('without a key nothing counts as arrived, and everything is sent once all the same', async (t) => {
  const bench = benchOf(t);
  const keyless = new TelemetryBench(scratchDirectory(t));
  t.teardown(async () => await keyless.close());
  Reflect.deleteProperty(keyless.sender.uplink, 'ackKey');
  await keyless.beats(10, () => keyless.append());
  hasAll(t, keyless);
  t.equal(keyless.shelf.duplicates, 0);
  t.equal(keyless.sender.progress().hasKey, false);
  t.equal(keyless.sender.deliveries.present?.book.mark.sequence, 0);
  t.equal(bench.sender.progress().hasKey, true);
});

t.test('what is no acknowledgement is handed on, and what has no form at all too', async (t) => {
  const bench = benchOf(t);
  await bench.beat();
  bench.say({ v: 1, kind: 'command', x: 1 });
  bench.say({ v: 2, kind: 'ack' });
  bench.say([1]);
  t.same(bench.received, [{ v: 1, kind: 'command', x: 1 }, { v: 2, kind: 'ack' }, [1]]);
});

t.test('results are said when there is a way, in their order', async (t) => {
  const bench = benchOf(t);
  bench.road = 'cut';
  const results = await Promise.all(
    [1, 2].map(
      async (number) =>
        await bench.identity.signMessage('gw-result-1', {
          v: 1,
          kind: 'result',
          gateway: bench.gateway,
          number,
        }),
    ),
  );
  for (const result of results)
    bench.sender.send({ kind: 'result', body: Buffer.from(JSON.stringify(result)) });
  await bench.beat();
  bench.road = 'open';
  await bench.beat();
  const said = bench.sent
    .filter(({ kind }) => kind === 'result')
    .map(({ body }): unknown => JSON.parse(Buffer.from(body).toString()));
  t.same(said, results);
  t.same(bench.backend.problems, []);
});

t.test('the state is told at the beginning, when it changes, and every five minutes', async (t) => {
  const bench = benchOf(t);
  const states = (): number => kindsOf(bench).filter((kind) => kind === 'state').length;
  await bench.beats(2);
  t.equal(states(), 1);
  await bench.beats(20);
  t.equal(states(), 1);
  bench.state = { life: 'updating' };
  await bench.beats(2);
  t.equal(states(), 2);
  t.match(bench.backend.stateOf(bench.gateway), { state: { life: 'updating' } });
  await bench.beats(151);
  t.equal(states(), 3);
  t.same(bench.backend.problems, []);
});

t.test('a clock that is set is a record of its own', async (t) => {
  const bench = benchOf(t);
  await bench.beats(3, () => bench.append());
  bench.time.stepWall(3_600_000);
  await bench.beats(3, () => bench.append());
  const steps = bench.shelf.batches
    .flatMap(({ records }) => records)
    .filter(({ kind }) => kind === 'clock_step');
  t.match(steps, [{ stepMs: 3_600_000 }]);
  t.equal(steps.length, 1);
  hasAll(t, bench);
});
