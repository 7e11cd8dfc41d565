import { join } from 'node:path';
import t from 'tap';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';
import { firing, newAlert, sentEnd } from '../alerts.ts';
import { StoredHome } from './full-disk.ts';
import { cannotMount, onSmallDisk } from './small-disk.ts';
import { takeReserve } from './take-reserve.ts';

const nowMs = newAlert.notedMs;
const noted = { states: [firing], forgotten: [], alerts: [newAlert] };
const span = { startMs: firing.observedToMs - 60_000, endMs: firing.observedToMs, phase: 'stop' };
const minute = { boiler: 'boiler', fromMs: span.startMs, toMs: span.endMs, spans: [span] };

async function kept(database: Database): Promise<unknown> {
  const states = await database.call('alertStates');
  const deliveries = await database.call('listDeliveries', { rowsMax: 9 });
  return { states: states.length, deliveries: deliveries.map(({ state }) => state) };
}

t.test(
  'on a full disk people are still told, and nothing is kept by halves when there is no room at all',
  { skip: cannotMount },
  async (t) => {
    await onSmallDisk({ directory: t.testdir(), megabytes: 8 }, async (disk) => {
      const options = { directory: disk.directory, zone: 'UTC', nowMs };
      const database = await openInProcessDatabase(options);
      const home = new StoredHome(database);
      await home.start();
      const refused = { code: 'storage_failed', facts: { mode: 'full' } };
      while ((await database.call('keepRoom', nowMs)).remaining);
      disk.fill();
      while (await home.beat());
      await database.call('putPhases', minute);
      t.match(await database.call('noteAlerts', noted), [{ id: 1 }], 'there is a reserve for what is urgent');
      t.match(await database.call('beginDelivery', { id: 1, atMs: nowMs }), { tries: 1 });
      await takeReserve(database);
      const later = { ...newAlert, episodeMs: nowMs, rule: 'boiler-jam' };
      const more = { ...noted, states: [{ ...firing, rule: 'boiler-jam' }], alerts: [later] };
      await t.rejects(database.call('noteAlerts', more), refused);
      await t.rejects(database.call('endDelivery', { ...sentEnd, id: 1 }), refused);
      await t.rejects(database.call('beginDelivery', { id: 2, atMs: nowMs }), refused, 'so it is not sent');
      await t.rejects(database.call('acknowledgeAlert', { id: 1, by: 'me', atMs: nowMs }), refused);
      t.same(await kept(database), { states: 1, deliveries: ['queued', 'sending'] });
      disk.free();
      t.match(await database.call('noteAlerts', more), [{ id: 2 }], 'the same again is told');
      await database.call('endDelivery', { ...sentEnd, id: 1 });
      t.match(await database.call('beginDelivery', { id: 2, atMs: nowMs }), { tries: 1 });
      t.same(await kept(database), { states: 2, deliveries: ['queued', 'queued', 'sending', 'sent'] });
      t.match(await database.call('listPhases', { ...minute, rowsMax: 9 }), { spans: [span] });
      await database.close();
    });
  },
);

t.test(
  'on a medium that takes no writes alerts can be read, and nothing is begun',
  { skip: cannotMount },
  async (t) => {
    const temporary = t.testdir({ places: {} });
    await onSmallDisk({ directory: temporary, megabytes: 8 }, async (disk) => {
      const places = [join(temporary, 'places')];
      const options = { directory: disk.directory, zone: 'UTC', nowMs, temporaryDirectories: places };
      const before = await openInProcessDatabase(options);
      await before.call('noteAlerts', noted);
      await before.call('beginDelivery', { id: 1, atMs: nowMs });
      await before.close();
      disk.remount('ro');
      const database = await openInProcessDatabase(options);
      const refused = { code: 'storage_failed', facts: { mode: 'read_only' } };
      t.same(await kept(database), { states: 1, deliveries: ['queued', 'sending'] });
      t.same(await database.call('noteAlerts', noted), [], 'nothing is new, and nothing is written');
      await t.rejects(database.call('settleDeliveries', nowMs), refused);
      await t.rejects(database.call('beginDelivery', { id: 2, atMs: nowMs }), refused);
      await t.rejects(database.call('putPhases', minute), refused);
      disk.remount('rw');
      t.match(await database.call('keepRoom', nowMs), { mode: 'ok' });
      t.equal(await database.call('settleDeliveries', nowMs), 1);
      t.same(await kept(database), { states: 1, deliveries: ['queued', 'queued'] });
      await database.close();
    });
  },
);
