import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { mqtt } from '../../gateway/io/uplinks/mqtt.ts';
import { openInProcessDatabase } from '../../gateway/storage/in-process-database.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { batchOf, internSeries, openScratch, packAll, startMs, type Sample } from './scratch.ts';
import {
  assertConserved,
  batchesOf,
  bounds,
  recordsOf,
  sealAll,
  sealNext,
  startOf,
} from './telemetry/sealing.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const epoch = startOf(0).newEpoch;

function opened(directory: string): DatabaseService {
  const service = openScratch(directory);
  internSeries(service, 3);
  service.openTelemetry(startOf(0));
  return service;
}

let sequence = 0;

/** So many commits of one reading each, ten seconds apart. */
function append(service: DatabaseService, count: number, fromMs = startMs): void {
  for (let index = 0; index < count; index += 1) {
    sequence += 1;
    const atMs = fromMs + index * 10_000;
    service.appendReadings({ bootId: 'boot', sequence }, batchOf([[1, atMs, index]]));
  }
}

function spoil(directory: string, sql: string): void {
  const file = new Sqlite(join(directory, 'egw.db'));
  t.ok(file.prepare(sql).run().changes > 0, sql);
  file.close();
}

t.test('a chain begins with who sends it, and then tells commit by commit what was read', (t) => {
  const service = opened(t.testdir());
  const samples: readonly Sample[] = [
    [2, startMs, 1.5],
    [1, startMs + 1, -0],
    [2, startMs + 2, 7, 'suspect'],
    [3, startMs + 2, NaN, 'missing'],
  ];
  service.appendReadings({ bootId: 'boot', sequence: 1_000 }, batchOf(samples));
  t.match(sealNext(service, startMs), { epoch, from: 1, to: 2, count: 4, remaining: false });
  const [batch] = batchesOf(service);
  t.equal(
    Buffer.from(batch?.records ?? []).toString(),
    `[{"algorithm":"Ed25519","atMs":${startMs},"epoch":"${epoch}","gateway":"gatewaygateway12","kind":"epoch","previous":null,"publicKey":"key"},` +
      `{"commit":1,"kind":"readings","readings":{"meter-1":{"grid_power_w":[[${startMs + 1},0]]},` +
      `"meter-2":{"grid_power_w":[[${startMs},1.5],[${startMs + 2},7,"suspect"]]},` +
      `"meter-3":{"grid_power_w":[[${startMs + 2},null,"missing"]]}}}]`,
  );
  t.equal(service.draftTelemetry(bounds), undefined, 'nothing waits');
  service.close();
  t.end();
});

t.test('a batch has no more readings, and is no longer, than was asked for, but for one commit', (t) => {
  const service = opened(t.testdir());
  append(service, 10);
  t.match(service.draftTelemetry({ readingsMax: 4, spanMsMax: 1e9 }), { count: 4, remaining: true });
  t.match(service.draftTelemetry({ readingsMax: 100, spanMsMax: 30_000 }), { count: 4, remaining: true });
  t.match(service.draftTelemetry({ readingsMax: 0, spanMsMax: 0 }), { count: 1, remaining: true });
  t.match(service.draftTelemetry({ readingsMax: 10, spanMsMax: 1e9 }), { count: 10, remaining: false });
  t.equal(service.telemetryStatus().commitsWaiting, 10, 'a draft changes nothing');
  service.close();
  t.end();
});

t.test('a batch fits into a message of a broker, however long the names in it are', (t) => {
  const service = openScratch(t.testdir());
  const keys = Array.from({ length: 30 }, (_, at) => ({
    device: `${'a-long-name-'.repeat(4)}${at}`,
    quantity: 'grid_power_w' as const,
  }));
  const series = service.internSeries(keys);
  service.openTelemetry(startOf(0));
  for (let commit = 0; commit < 66; commit += 1) {
    sequence += 1;
    const samples = series.map((id): Sample => [id, startMs + commit * 100, commit + Math.PI]);
    service.appendReadings({ bootId: 'boot', sequence }, batchOf(samples));
  }
  sealAll(service, startMs, 2_000);
  const sizes = batchesOf(service).map(({ records }) => records.length);
  t.ok(sizes.length > 1 && sizes.every((size) => size < mqtt.bodyBytesMax), sizes.join(' '));
  t.match(service.telemetryStatus(), { readingsSealed: 66 * 30, commitsWaiting: 0 });
  service.close();
  t.end();
});

t.test('only the newest draft is sealed, and once', (t) => {
  const service = opened(t.testdir());
  append(service, 1);
  const old = service.draftTelemetry(bounds);
  append(service, 1, startMs + 10_000);
  const draft = service.draftTelemetry(bounds);
  const seal = { signature: 'signed', atMs: startMs };
  t.throws(() => service.sealTelemetry({ to: old?.to ?? 0, head: old?.head ?? '', ...seal }), {
    code: 'input_invalid',
  });
  t.throws(() => service.sealTelemetry({ to: draft?.to ?? 0, head: old?.head ?? '', ...seal }), {
    code: 'input_invalid',
  });
  const sealed = { to: draft?.to ?? 0, head: draft?.head ?? '', ...seal };
  service.sealTelemetry(sealed);
  service.sealTelemetry(sealed);
  t.match(service.telemetryStatus(), { batches: 1, readings: 2, readingsSealed: 2, place: { sequence: 3 } });
  service.close();
  t.end();
});

t.test('what was noted comes before the next commit, and alone when there is none', (t) => {
  const service = opened(t.testdir());
  append(service, 1);
  service.noteTelemetryEvent({ kind: 'clock_step', atMs: startMs, stepMs: -5 });
  append(service, 1, startMs + 10_000);
  service.noteTelemetryEvent({ kind: 'restart', atMs: startMs, bootId: 'b', version: '1.0.0' });
  sealAll(service, startMs);
  const kinds = batchesOf(service)
    .flatMap(recordsOf)
    .map(({ kind }) => kind);
  t.same(kinds, ['epoch', 'readings', 'clock_step', 'readings', 'restart']);
  t.equal(service.draftTelemetry(bounds), undefined);
  service.close();
  t.end();
});

t.test('a commit that waits for its times holds back those after it', (t) => {
  const service = opened(t.testdir());
  append(service, 1);
  service.appendReadings({ bootId: 'steady', sequence: 1 }, batchOf([[1, 5_000, 7]]), 'timeline');
  append(service, 1, startMs + 30_000);
  t.equal(sealAll(service, startMs), 1);
  t.match(service.telemetryStatus(), { readingsSealed: 1, commitsWaiting: 0 });
  service.placeReadings({ timeline: 'timeline', offsetMs: startMs + 5_000 }, startMs);
  sealAll(service, startMs);
  const times = batchesOf(service)
    .flatMap(recordsOf)
    .filter(({ kind }) => kind === 'readings')
    .map(({ readings }) => JSON.stringify(readings));
  t.equal(times.length, 3);
  t.match(times[1], String(startMs + 10_000));
  service.close();
  t.end();
});

t.test('a gap of the store is told, and again when it grew', (t) => {
  const service = opened(t.testdir());
  const gap = { notedMs: startMs, reason: 'shed', fromMs: 1, toMs: 2, detail: '' } as const;
  service.noteGap({ ...gap, readings: 5 });
  append(service, 1);
  sealAll(service, startMs);
  service.noteGap({ ...gap, readings: 6, fromMs: 3 });
  sealAll(service, startMs);
  t.equal(service.draftTelemetry(bounds), undefined);
  const gaps = batchesOf(service)
    .flatMap(recordsOf)
    .filter(({ kind }) => kind === 'gap');
  t.same(gaps, [
    { kind: 'gap', number: 1, reason: 'shed', fromMs: 1, toMs: 2, readings: 5 },
    { kind: 'gap', number: 2, reason: 'shed', fromMs: 3, toMs: 2, readings: 6 },
  ]);
  service.close();
  t.end();
});

t.test('what is not sealed stays in the log, and what left it while telemetry was off is told', (t) => {
  const directory = t.testdir();
  let service = opened(directory);
  append(service, 20);
  packAll(service, startMs + 5 * hourMs);
  append(service, 1, startMs + 5 * hourMs);
  packAll(service, startMs + 10 * hourMs);
  t.equal(service.telemetryStatus().commitsWaiting, 21, 'though it is packed');
  sealAll(service, startMs);
  service.close();
  service = openScratch(directory);
  append(service, 5, startMs + 11 * hourMs);
  packAll(service, startMs + 15 * hourMs);
  append(service, 1, startMs + 16 * hourMs);
  packAll(service, startMs + 20 * hourMs);
  append(service, 1, startMs + 21 * hourMs);
  service.openTelemetry(startOf(1));
  sealAll(service, startMs);
  const records = batchesOf(service).flatMap(recordsOf);
  t.match(
    records.filter(({ kind }) => kind === 'gap'),
    [{ reason: 'off', commits: [22, 27], fromMs: startMs + 5 * hourMs, readings: 6 }],
  );
  t.equal(records.filter(({ kind }) => kind === 'epoch').length, 1, 'in the same chain');
  t.match(service.telemetryStatus(), { readingsSealed: 22, commitsWaiting: 0 });
  service.close();
  t.end();
});

t.test('reading what is left of a chain that is not gone on with holds back nothing', (t) => {
  const directory = t.testdir();
  let service = opened(directory);
  append(service, 20);
  sealAll(service, startMs);
  service.close();
  service = openScratch(directory);
  t.equal(batchesOf(service).length > 0, true);
  append(service, 5, startMs + 11 * hourMs);
  packAll(service, startMs + 15 * hourMs);
  append(service, 1, startMs + 16 * hourMs);
  packAll(service, startMs + 20 * hourMs);
  append(service, 1, startMs + 21 * hourMs);
  t.equal(service.telemetryStatus().commitsWaiting, 1);
  service.close();
  t.end();
});

t.test('a batch goes a while after every uplink has it, and the oldest goes first', (t) => {
  const service = opened(t.testdir());
  for (let minute = 0; minute < 6; minute += 1) {
    append(service, 6, startMs + minute * minuteMs);
    sealAll(service, startMs + minute * minuteMs);
  }
  const retention = { uplinks: ['one', 'two'], keptMs: 3 * minuteMs, bytesMax: 1e9 };
  const nowMs = startMs + 5 * minuteMs;
  const mark = { epoch, also: [], saidMs: 1, readings: 0 };
  t.same(service.pruneTelemetry(nowMs, retention), { batches: 0, remaining: false }, 'nobody has any');
  service.putUplinkMark('one', { ...mark, sequence: 100 });
  service.pruneTelemetry(nowMs, retention);
  t.equal(service.telemetryStatus().batches, 6, 'one of two has all');
  service.putUplinkMark('two', { ...mark, sequence: 13, also: [[20, 25]] });
  t.same(service.pruneTelemetry(nowMs, retention), { batches: 2, remaining: false });
  t.match(service.telemetryStatus(), { batches: 4, readings: 24, readingsDropped: 0, oldest: 14 });
  service.putUplinkMark('two', { ...mark, sequence: 100 });
  t.equal(service.pruneTelemetry(nowMs, retention).batches, 1, 'the others are too new');
  t.same(service.getUplinkMark('two'), { ...mark, sequence: 100 });
  t.equal(service.getUplinkMark('two', 'another'), undefined);
  assertConserved(service);
  service.close();
  t.end();
});

t.test('above the quota the oldest gives way, and what somebody does not have is a gap', (t) => {
  const service = opened(t.testdir());
  for (let minute = 0; minute < 8; minute += 1) {
    append(service, 6, startMs + minute * minuteMs);
    sealAll(service, startMs);
  }
  const { bytes, batches } = service.telemetryStatus();
  const [first, second, third] = batchesOf(service);
  const retention = { uplinks: ['one'], keptMs: 1e12, bytesMax: bytes - 1 };
  service.putUplinkMark('one', { epoch, sequence: first?.to ?? 0, also: [], saidMs: 1, readings: 0 });
  t.equal(service.pruneTelemetry(startMs, retention).batches, 1);
  t.equal(service.draftTelemetry(bounds), undefined, 'what it has is no gap');
  t.equal(service.pruneTelemetry(startMs, { ...retention, bytesMax: (bytes * 5) / batches }).batches, 2);
  t.match(service.telemetryStatus(), { readingsDropped: 12 });
  sealAll(service, startMs);
  t.same(batchesOf(service).slice(-1).flatMap(recordsOf), [
    {
      kind: 'gap',
      reason: 'quota',
      from: second?.from,
      to: third?.to,
      before: first?.head,
      head: third?.head,
      readings: 12,
    },
  ]);
  assertConserved(service);
  service.close();
  t.end();
});

t.test('a damaged batch is left out for good, and told as a gap', (t) => {
  for (const change of [
    "UPDATE outbox SET body = CAST(substr(body, 1, length(body) - 1) || x'07' AS BLOB) WHERE place % 1099511627776 = 8",
    'UPDATE outbox SET count = 1 WHERE place % 1099511627776 = 8',
    'UPDATE outbox SET signature = 1 WHERE place % 1099511627776 = 8',
    'DELETE FROM outbox WHERE place % 1099511627776 = 8',
  ]) {
    const directory = t.testdir();
    let service = opened(directory);
    for (let minute = 0; minute < 3; minute += 1) {
      append(service, 6, startMs + minute * minuteMs);
      sealAll(service, startMs);
    }
    const [first, lost] = batchesOf(service);
    t.equal(lost?.from, 8);
    service.close();
    spoil(directory, change);
    service = opened(directory);
    t.same(
      batchesOf(service).map(({ from }) => from),
      [1, 14],
      change,
    );
    sealAll(service, startMs);
    const { head, count: readings, to, before } = lost ?? { head: '', count: 0, to: 0, before: '' };
    t.equal(before, first?.head);
    const gaps = batchesOf(service)
      .flatMap(recordsOf)
      .filter(({ kind }) => kind === 'gap');
    t.same(gaps, [{ kind: 'gap', reason: 'damage', from: 8, to, before, head, readings }], change);
    t.equal(service.telemetryStatus().readingsDropped, 6);
    assertConserved(service);
    service.close();
  }
  t.end();
});

t.test('a gateway with another key begins a new chain, which names the one before', (t) => {
  const service = opened(t.testdir());
  append(service, 6);
  sealAll(service, startMs);
  const { place } = service.telemetryStatus();
  service.openTelemetry(startOf(1, 'other'));
  append(service, 1, startMs + minuteMs);
  sealAll(service, startMs);
  const status = service.telemetryStatus();
  t.match(status, {
    place: { epoch: startOf(1).newEpoch, sequence: 2 },
    chainsBefore: [{ ...place, after: 0 }],
  });
  t.match(batchesOf(service).flatMap(recordsOf)[0], { kind: 'epoch', publicKey: 'other', previous: place });
  t.equal(batchesOf(service, epoch).length, 1, 'what was sealed before can still be sent');
  service.putUplinkMark('one', { epoch, sequence: 7, also: [], saidMs: 1, readings: 6 });
  service.pruneTelemetry(startMs + 1, { uplinks: ['one'], keptMs: 0, bytesMax: 1e9 });
  t.match(service.telemetryStatus(), { chainsBefore: [], batches: 1, readings: 1, readingsDropped: 0 });
  assertConserved(service);
  service.close();
  t.end();
});

t.test('a home without telemetry has nothing of it', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  internSeries(service, 1);
  append(service, 5);
  packAll(service, startMs + 5 * hourMs);
  t.same(service.telemetryStatus(), {
    batches: 0,
    readings: 0,
    bytes: 0,
    readingsSealed: 0,
    readingsDropped: 0,
    chainsBefore: [],
    commitsWaiting: 0,
  });
  t.throws(() => service.draftTelemetry(bounds), { code: 'input_invalid' });
  t.equal(service.getUplinkMark('one'), undefined);
  service.close();
  const file = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  t.equal(file.prepare("SELECT count(*) FROM mark WHERE name = 'telemetry'").pluck().get(), 0);
  file.close();
  t.end();
});

t.test('the calls cross as the others do', async (t) => {
  const database = await openInProcessDatabase({ directory: t.testdir(), zone: 'UTC', nowMs: startMs });
  t.match(await database.call('openTelemetry', startOf(0)), { epoch, sequence: 0 });
  t.match(await database.call('draftTelemetry', bounds), { from: 1, to: 1, count: 0 });
  await database.close();
});
