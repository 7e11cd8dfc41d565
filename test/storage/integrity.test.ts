import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t, { type Test } from 'tap';
import { chainStart, commitHash } from '../../gateway/storage/commit-chain.ts';
import { openConnection } from '../../gateway/storage/connection.ts';
import { DatabaseService } from '../../gateway/storage/database-service.ts';
import { openStores, type Stores } from '../../gateway/storage/open-stores.ts';
import { SealHash } from '../../gateway/storage/seal-store.ts';
import { batchOf, everything, internSeries, openScratch, packAll, rollUpAll, startMs } from './scratch.ts';

const minuteMs = 60_000;

/** Twelve minutes of three series, a reading each 10 s; what is older than five minutes is packed. */
function fill(service: DatabaseService): void {
  const ids = internSeries(service, 3);
  for (let index = 0; index < 72; index += 1) {
    const atMs = startMs + index * 10_000;
    const batch = batchOf(ids.map((id) => [id, atMs, id * 1_000 + index]));
    service.appendReadings({ bootId: 'boot', sequence: index + 1 }, batch);
  }
  packAll(service, startMs + 12 * minuteMs);
  rollUpAll(service, startMs + 12 * minuteMs);
}

function filled(t: Test): { service: DatabaseService; directory: string } {
  const directory = t.testdir();
  const service = openScratch(directory);
  fill(service);
  return { service, directory };
}

/** Without the salvaging that a gateway would begin. */
function openAsItIs(directory: string): Stores {
  const connection = openConnection(join(directory, 'egw.db'), undefined);
  try {
    return openStores(connection, { directory, zone: 'Europe/Paris', nowMs: startMs });
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Changes the file behind the gateway's back. */
function spoil(directory: string, sql: string): void {
  const file = new Sqlite(join(directory, 'egw.db'));
  const { changes } = file.prepare(sql).run();
  file.close();
  t.ok(changes > 0, sql);
}

t.test('commits form a chain that whoever has their bytes can follow', (t) => {
  const { service, directory } = filled(t);
  service.close();
  const file = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const kept = file
    .prepare<[], { hash: Buffer }>('SELECT hash FROM packed_commit ORDER BY commit_number')
    .all();
  const staged = file
    .prepare<[], { number: number; body: Buffer; hash: Buffer }>(
      'SELECT commit_number AS number, body, hash FROM staged ORDER BY 1',
    )
    .all();
  file.close();
  t.equal(kept.length + staged.length, 72);
  let before = kept.at(-1)?.hash ?? chainStart;
  for (const { number, body, hash } of staged) {
    t.ok(hash.equals(commitHash(before, number, body)), `commit ${number}`);
    before = hash;
  }
  t.end();
});

t.test('each packing of a window is sealed, and seals form a chain', (t) => {
  const { service, directory } = filled(t);
  service.close();
  const file = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const seals = file
    .prepare<
      [],
      { startMs: number; toCommit: number; blocks: number; readings: number; before: Buffer; hash: Buffer }
    >(
      'SELECT start_ms AS startMs, to_commit AS toCommit, blocks, readings, before, hash FROM seal ORDER BY 1',
    )
    .all();
  const blocks = file.prepare<[number, number], { series: number; body: Buffer }>(
    'SELECT series, body FROM block WHERE start_ms = ? AND to_commit = ? ORDER BY series',
  );
  t.equal(seals.length, 2);
  let before: Buffer | null = null;
  for (const seal of seals) {
    t.same(seal.before, before);
    const hash = new SealHash(before, seal.startMs, seal.toCommit);
    for (const block of blocks.all(seal.startMs, seal.toCommit)) hash.add(block);
    t.ok(hash.digest().equals(seal.hash));
    t.equal(seal.readings, 90);
    before = seal.hash;
  }
  file.close();
  t.end();
});

t.test('a commit that is not what was committed is an error, wherever it was changed', (t) => {
  for (const change of [
    "body = CAST(substr(body, 1, length(body) - 1) || x'07' AS BLOB)",
    'count = count + 1',
    'min_ms = min_ms - 1',
    'offset_ms = 1000',
    'hash = zeroblob(32)',
  ]) {
    const { service, directory } = filled(t);
    service.close();
    spoil(directory, `UPDATE staged SET ${change} WHERE commit_number = 70`);
    t.throws(() => openAsItIs(directory).connection.close(), { code: 'database_unreadable' }, change);
  }
  t.end();
});

t.test('a block that was changed, or put somewhere else, is an error and no other value', (t) => {
  for (const change of [
    'series = 9 - series WHERE series IN (1)',
    'to_commit = to_commit + 1',
    `start_ms = start_ms + ${30 * minuteMs}`,
    "body = CAST(substr(body, 1, length(body) - 1) || x'07' AS BLOB)",
  ]) {
    const { service, directory } = filled(t);
    internSeries(service, 8);
    service.close();
    spoil(directory, `UPDATE block SET ${change}`);
    const { connection, readings } = openAsItIs(directory);
    const ids = [1, 2, 3, 8];
    const served = ids.flatMap((id) => {
      try {
        return [...readings.raw.range(everything(id)).value].map((value) => [id, value] as const);
      } catch (error) {
        t.match(error, { code: 'database_unreadable' });
        return [];
      }
    });
    t.ok(
      served.every(([id, value]) => Math.floor(value / 1_000) === id),
      change,
    );
    t.ok(served.length < 216, 'and something is missed');
    connection.close();
  }
  t.end();
});

t.test('rows that are served as they stand carry a check', (t) => {
  for (const [change, use] of [
    ["UPDATE series SET device = 'meter-9' WHERE id = 2", () => undefined],
    ["UPDATE series SET quantity = 'pv_power_w' WHERE id = 2", () => undefined],
    ["UPDATE mark SET value = value + 1 WHERE name = 'packed_to_commit'", () => undefined],
    ['UPDATE latest SET value = value + 1 WHERE series = 1', () => undefined],
    ['UPDATE latest SET at_ms = at_ms + 1 WHERE series = 1', () => undefined],
    ["UPDATE setting SET value = 'other'", ({ settings }: Stores) => settings.get('name')],
    ['UPDATE control_intent SET value = 9000', ({ controls }: Stores) => controls.load()],
  ] as const) {
    const { service, directory } = filled(t);
    // An hour later commits leave the log, and the newest readings are written down.
    service.appendReadings({ bootId: 'boot', sequence: 100 }, batchOf([[1, startMs + 70 * minuteMs, 1_000]]));
    packAll(service, startMs + 80 * minuteMs);
    service.putSetting('name', 'value');
    service.recordControl({ open: intent });
    service.recordControl({ moves: [{ id: intent.id, state: 'applied' }] });
    t.equal(service.listControls().open[0]?.state, 'applied');
    service.close();
    spoil(directory, change);
    t.throws(
      () => {
        const spoilt = openAsItIs(directory);
        try {
          use(spoilt);
        } finally {
          spoilt.connection.close();
        }
      },
      { code: 'database_unreadable' },
      change,
    );
  }
  t.end();
});

t.test('every reading that was acknowledged is accounted for', (t) => {
  const { service } = filled(t);
  t.same(service.account(), { acknowledged: 216, staged: 36, packed: 180, pruned: 0, missing: 0 });
  const late = batchOf([[1, startMs + 5_000, 1]]);
  service.appendReadings({ bootId: 'boot', sequence: 100 }, late);
  t.same(service.account(), { acknowledged: 217, staged: 37, packed: 180, pruned: 0, missing: 0 });
  packAll(service, startMs + 20 * minuteMs);
  rollUpAll(service, startMs + 2 * 1_440 * minuteMs);
  t.same(service.account(), { acknowledged: 217, staged: 0, packed: 217, pruned: 0, missing: 0 });
  service.prune(startMs + 180 * minuteMs, { rawMs: 60 * minuteMs });
  t.same(service.account(), { acknowledged: 217, staged: 0, packed: 0, pruned: 217, missing: 0 });
  service.close();
  t.end();
});

t.test('gaps count what was acknowledged and is gone, and only that', (t) => {
  const service = new DatabaseService({ directory: t.testdir(), zone: 'UTC', nowMs: startMs });
  const gap = { notedMs: startMs, fromMs: null, toMs: null, detail: 'a test' } as const;
  service.noteGap({ ...gap, reason: 'quota', readings: 5 });
  service.noteGap({ ...gap, reason: 'damage', readings: null });
  service.noteGap({ ...gap, reason: 'shed', readings: 7 });
  t.equal(service.account().missing, 5);
  t.same(
    service.listGaps({ beforeNumber: Infinity, rowsMax: 2 }).map(({ reason }) => reason),
    ['shed', 'damage'],
  );
  service.close();
  t.end();
});

const intent = {
  id: 'intent-1',
  device: 'inverter',
  control: 'battery_charge_w',
  value: 900,
  source: 'user',
  principal: 'local',
  bootId: 'boot',
  openedMs: startMs,
  leaseUntilMs: startMs + minuteMs,
  state: 'intended',
  before: null,
} as const;
