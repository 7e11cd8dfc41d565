import assert from 'node:assert';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import type { TelemetryUplink } from '../../../gateway/features/telemetry/telemetry-uplink.ts';
import { statusOf } from '../../../gateway/features/telemetry/uplink-status.ts';
import { MarkStore } from '../../../gateway/storage/mark-store.ts';
import { scratchDirectory } from '../../storage/upkeep/history.ts';
import { TelemetryBench } from './telemetry-bench.ts';

const noHead = '0'.repeat(64);

function benchOf(t: Test, uplink: Partial<TelemetryUplink> = {}): TelemetryBench {
  const bench = new TelemetryBench(scratchDirectory(t), uplink);
  t.teardown(async () => await bench.close());
  return bench;
}

t.test('without a key what is new goes on being sent, however much has no word', async (t) => {
  const bench = benchOf(t);
  Reflect.deleteProperty(bench.sender.uplink, 'ackKey');
  await bench.beats(540, () => bench.append(1));
  t.same(bench.shelf.readings.toSorted(), bench.appended.toSorted());
  t.equal(bench.shelf.duplicates, 0);
});

t.test(
  'of a batch that the backend has a part of, however large those before are, all comes again',
  async (t) => {
    const bench = benchOf(t);
    await bench.beat();
    bench.road = 'cut';
    for (let commit = 0; commit < 250; commit += 1) {
      bench.append(300);
      await bench.beat(6_000);
    }
    bench.road = 'open';
    await bench.beats(30);
    const { backend, gateway, shelf } = bench;
    const [tail, whole, head, last] = shelf.batches.slice(-4);
    assert(tail !== undefined && whole !== undefined && head !== undefined && last !== undefined);
    const also = [
      [2, tail.from - 1],
      [tail.to, head.from + 1],
      [last.from, last.to],
    ];
    const had = shelf.arrivals.length;
    bench.time.pass(600_000);
    backend.manners.isAcknowledging = false;
    const said = { v: 1, kind: 'ack', gateway, epoch: last.epoch, to: 0, head: noHead, issuer: 'stub-1' };
    bench.say(backend.signed('gw-ack-1', { ...said, also, at: bench.time.wall() }));
    await bench.beats(4);
    const came = shelf.arrivals.slice(had).map(({ key }) => Number(key.split(' ')[1]));
    t.ok(came.includes(tail.from), 'of which it has the end');
    t.notOk(came.includes(whole.from), 'which it has');
    t.ok(came.includes(head.from), 'of which it has the beginning');
  },
);

t.test('a backend that has more of a chain than a restored database is believed', async (t) => {
  const directory = scratchDirectory(t);
  const backup = scratchDirectory(t);
  const before = new TelemetryBench(directory);
  await before.beats(5, () => before.append());
  before.road = 'cut';
  for (let minute = 0; minute < 5; minute += 1) {
    before.append();
    await before.beat(60_000);
  }
  await before.restart('stop');
  cpSync(directory, backup, { recursive: true });
  before.road = 'open';
  await before.beats(20, () => before.append());
  await before.close();
  const file = new Database(join(backup, 'egw.db'));
  new MarkStore(file).putNumber('epoch', 1_000_000);
  file.close();
  const { backend } = before;
  const bench = new TelemetryBench(backup, {}, backend);
  t.teardown(async () => await bench.close());
  bench.time.pass(before.time.wall() - bench.time.wall());
  await bench.beats(10, () => bench.append());
  t.same(bench.security, []);
  const [ended] = bench.sender.deliveries.all;
  t.equal(ended?.hasEnded, true);
  t.equal(ended?.book.mark.sequence, ended?.place.sequence);
});

t.test('what gave way before it could be sent may be acknowledged, once it is declared', async (t) => {
  const bench = benchOf(t);
  await bench.beats(3, () => bench.append());
  bench.road = 'cut';
  for (let minute = 0; minute < 30; minute += 1) {
    bench.append(100);
    await bench.beat(60_000);
  }
  await bench.sender.deliveries.save();
  const retention = { uplinks: ['cloud'], keptMs: 86_400_000, bytesMax: 10_000 };
  bench.service.pruneTelemetry(bench.time.wall(), retention);
  t.ok(bench.status.readingsDropped > 0);
  bench.road = 'open';
  await bench.beats(5, () => bench.append());
  t.same(bench.security, []);
  t.equal(bench.sender.deliveries.present?.book.mark.sequence, bench.sealer.place?.sequence);
  t.equal(bench.shelf.readings.length + bench.status.readingsDropped, bench.appended.length);
});

t.test('for an uplink that is added later waits what is still kept', async (t) => {
  const directory = scratchDirectory(t);
  const first = new TelemetryBench(directory);
  await first.beats(20, () => first.append());
  await first.sender.deliveries.save();
  const retention = { uplinks: ['cloud'], keptMs: 20_000, bytesMax: 1_000_000 };
  first.service.pruneTelemetry(first.time.wall(), retention);
  await first.close();
  const second = new TelemetryBench(directory, { id: 'second' });
  t.teardown(async () => await second.close());
  second.road = 'cut';
  await second.beat();
  const waiting = (): number => statusOf(second.sender, second.sealer).waiting;
  second.road = 'open';
  await second.beats(3);
  t.equal(second.shelf.readings.length, second.status.readings);
  t.ok(second.status.readings > 0 && second.status.readings < first.appended.length);
  t.equal(waiting(), 0);
});
