import Sqlite from 'better-sqlite3';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import { ControlStore } from '../../gateway/storage/control-store.ts';
import { runMigrations } from '../../gateway/storage/run-migrations.ts';
import type { StoredIntent } from '../../gateway/storage/store-calls.ts';
import { openScratch } from './scratch.ts';

function intent(id: string, change: Partial<StoredIntent> = {}): StoredIntent {
  return {
    id,
    device: 'inverter',
    control: 'battery_power_w',
    value: -1_500.5,
    source: 'user',
    principal: 'local',
    bootId: 'boot',
    openedMs: 1,
    leaseUntilMs: 60_001,
    state: 'intended',
    before: '{"13073":[10000]}',
    ...change,
  };
}

t.test('open intents are listed in the order they came, until they are closed', (t) => {
  const directory = t.testdir({});
  const service = openScratch(directory);
  service.recordControl({ open: intent('b') });
  service.recordControl({ open: intent('a', { value: null, state: 'reverting' }) });
  service.recordControl({ open: intent('b', { value: 9 }) });
  t.same(service.listControls().open, [intent('b'), intent('a', { value: null, state: 'reverting' })]);
  service.recordControl({ moves: [{ id: 'b', state: 'applied' }] });
  service.close();
  const again = openScratch(directory);
  t.match(again.listControls().open, [{ id: 'b', state: 'applied' }, { id: 'a' }]);
  again.recordControl({
    moves: [
      { id: 'a', state: 'reverted' },
      { id: 'b', state: 'failed' },
    ],
  });
  t.match(again.listControls().open, [{ id: 'b', state: 'failed' }]);
  for (const state of ['reverted', 'replaced', 'withdrawn'] as const) {
    again.recordControl({ moves: [{ id: 'b', state }] });
    t.same(again.listControls().open, [], state);
  }
  again.close();
  t.end();
});

t.test('counts of writes never fall, and years are apart', (t) => {
  const service = openScratch(t.testdir({}));
  const writes = { device: 'inverter', control: 'battery_power_w', year: 2026, count: 5 };
  service.recordControl({ writes });
  service.recordControl({ writes: { ...writes, count: 3 } });
  service.recordControl({ writes: { ...writes, year: 2027, count: 1 } });
  t.same(service.listControls().writes, [writes, { ...writes, year: 2027, count: 1 }]);
  service.close();
  t.end();
});

t.test('a mode replaces the one before', (t) => {
  const service = openScratch(t.testdir({}));
  service.recordControl({ mode: { device: 'inverter', mode: 'control' } });
  service.recordControl({ mode: { device: 'inverter', mode: 'read' } });
  t.same(service.listControls().modes, [{ device: 'inverter', mode: 'read' }]);
  service.close();
  t.end();
});

t.test('only so many closed intents are kept, and every open one', (t) => {
  const connection = new Sqlite(':memory:');
  runMigrations(connection);
  const store = new ControlStore(connection);
  store.record({ open: intent('first') });
  for (let count = 0; count < limits.controlIntentsMax + 5; count += 1) {
    store.record({ open: intent(`closed-${count}`, { state: 'reverted' }) });
  }
  store.record({ open: intent('last') });
  t.same(
    store.load().open.map(({ id }) => id),
    ['first', 'last'],
  );
  const rows = connection.prepare<[], number>('SELECT count(*) FROM control_intent').pluck().get();
  t.equal(rows, limits.controlIntentsMax + 1, 'the open one from before besides');
  connection.close();
  t.end();
});
