import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { DatabaseService } from '../../gateway/storage/database-service.ts';
import { openConnection } from '../../gateway/storage/connection.ts';
import { SeriesStore } from '../../gateway/storage/series-store.ts';
import { TextStore } from '../../gateway/storage/text-store.ts';
import { openScratch, startMs } from './scratch.ts';
import { damageOf, rewrite, scratchDirectory } from './upkeep/history.ts';
import type { SaidText } from '../../gateway/core/said-text.ts';

const everything = { fromMs: 0, toMs: Date.UTC(2100, 0, 1), rowsMax: 100 };
const hourMs = 3_600_000;

function mode(text: string, atMs: number, device = 'boiler'): SaidText {
  return { device, quantity: 'system_mode', atMs, text };
}

t.test('a text is kept from when it is said until another one is', (t) => {
  const service = openScratch(t.testdir());
  service.putTexts([mode('Auto', startMs), mode('Eco', startMs, 'meter')]);
  service.putTexts([mode('Auto', startMs + 1)]);
  service.putTexts([mode('Away', startMs + 2), mode('Away', startMs + 3), mode('Auto', startMs + 4)]);
  const boiler = [mode('Auto', startMs), mode('Away', startMs + 2), mode('Auto', startMs + 4)];
  t.same(service.listTexts({ ...everything, device: 'boiler' }).rows, boiler);
  t.same(service.latestTexts(), [mode('Auto', startMs + 4), mode('Eco', startMs, 'meter')]);
  t.same(service.listTexts(everything).rows.length, 4);
  service.close();
  t.end();
});

t.test('a clock that was set back does not make a row of every time', (t) => {
  const service = openScratch(t.testdir());
  service.putTexts([mode('Auto', startMs + hourMs)]);
  for (let atMs = startMs; atMs < startMs + 5; atMs += 1) service.putTexts([mode('Away', atMs)]);
  t.same(service.listTexts(everything).rows, [mode('Away', startMs), mode('Auto', startMs + hourMs)]);
  service.close();
  t.end();
});

t.test('a page of texts never parts those of one time, and says where to go on', (t) => {
  const service = openScratch(t.testdir());
  const texts = [0, 1, 1, 1, 2].map((step, index) => mode('on', startMs + step, `plug-${index}`));
  service.putTexts(texts);
  const first = service.listTexts({ ...everything, rowsMax: 2 });
  t.same(first, { rows: texts.slice(0, 4), nextFromMs: startMs + 2 });
  t.same(service.listTexts({ ...everything, fromMs: first.nextFromMs ?? 0, rowsMax: 2 }), {
    rows: texts.slice(4),
  });
  service.close();
  t.end();
});

t.test('texts are followed in the order in which they came', (t) => {
  const service = openScratch(t.testdir());
  service.putTexts([mode('Auto', startMs + 9)]);
  service.putTexts([mode('Away', startMs)]);
  const first = service.textsAfter(0, 1);
  t.same(first, { rows: [mode('Auto', startMs + 9)], number: 1 });
  t.same(service.textsAfter(first.number, 10), { rows: [mode('Away', startMs)], number: 2 });
  t.same(service.textsAfter(2, 10), { rows: [], number: 2 });
  t.same(service.textsAfter(99, 10).rows.length, 2, 'a number of another database begins anew');
  service.close();
  t.end();
});

for (const [what, text, message] of [
  ['that is too long', mode('x'.repeat(1_001), startMs), /1001 characters; 1000 are the most/],
  ['of no device', mode('x', startMs, ''), /its name/],
  ['of no time', mode('x', NaN), /NaN, not whole milliseconds/],
  ['of a part of a millisecond', mode('x', 1.5), /1.5, not whole milliseconds/],
] as const) {
  t.test(`a text ${what} is refused, and so are those with it`, (t) => {
    const service = openScratch(t.testdir());
    t.throws(() => service.putTexts([mode('Auto', startMs), text]), { code: 'input_invalid', message });
    t.same(service.latestTexts(), []);
    service.close();
    t.end();
  });
}

t.test('what no encoding can hold is stored as what can be, and passes its check', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  service.putTexts([
    { device: 'plug', quantity: 'na\ud800me', atMs: startMs, text: 'half \udc00 a pair, and \u0000 é 🔌' },
  ]);
  service.close();
  const again = openScratch(directory);
  t.same(again.latestTexts(), [
    { device: 'plug', quantity: 'na\ufffdme', atMs: startMs, text: 'half \ufffd a pair, and \u0000 é 🔌' },
  ]);
  t.equal(damageOf(again), null);
  again.close();
  t.end();
});

t.test('texts go with the hours of their device, but the newest stays', (t) => {
  const service = openScratch(t.testdir());
  const [newer, newest] = [startMs + 5 * hourMs, startMs + 9 * hourMs];
  for (const device of ['boiler', 'meter', 'plug']) {
    service.putTexts([mode('a', startMs, device), mode('b', newer, device), mode('c', newest, device)]);
  }
  const devices = { meter: { hourMs: 20 * hourMs }, plug: { hourMs } };
  const retention = { hourMs: 5 * hourMs, devices };
  while (service.prune(startMs + 11 * hourMs, retention).remaining);
  const kept = (device: string): readonly string[] =>
    service.listTexts({ ...everything, device }).rows.map(({ text }) => text);
  t.same([kept('boiler'), kept('meter'), kept('plug')], [['c'], ['a', 'b', 'c'], ['c']]);
  while (service.prune(startMs + 99 * hourMs, {}).remaining);
  t.same(kept('meter'), ['a', 'b', 'c'], 'without a retention they are kept');
  service.close();
  t.end();
});

t.test('a name that says something else each time keeps a bounded number of texts', (t) => {
  const directory = scratchDirectory(t);
  const connection = openConnection(join(directory, 'egw.db'), 1);
  const store = new TextStore(connection, new SeriesStore(connection));
  const texts = Array.from({ length: 10_050 }, (_, index) => mode(`${index}`, startMs + index));
  store.put([...texts, mode('Auto', startMs, 'meter')]);
  while (store.prune(() => -Infinity).remaining);
  t.equal(store.list({ ...everything, rowsMax: 20_000, device: 'boiler' }).rows.length, 10_000);
  t.equal(store.list({ ...everything, rowsMax: 1, device: 'boiler' }).rows[0]?.text, '50');
  t.equal(store.latest().length, 2);
  connection.close();
  t.end();
});

t.test('texts come along when the database is copied, vacuumed and rotated', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory, 'UTC');
  service.internSeries([{ device: 'meter', quantity: 'grid_power_w' }]);
  const batch = (atMs: number) => ({
    series: Uint32Array.of(1),
    atMs: Float64Array.of(atMs),
    value: Float64Array.of(1),
    quality: new Uint8Array(1),
  });
  service.appendReadings({ bootId: 'a', sequence: 1 }, batch(startMs));
  const nowMs = startMs + 10 * 24 * hourMs;
  while (service.rollUp(nowMs).remaining);
  while (service.countEnergy(nowMs).remaining);
  while (service.packReadings(nowMs).remaining);
  const texts = [mode('Auto', startMs), mode('Away', nowMs)];
  service.putTexts(texts);
  const { path } = service.writeBackup({ nowMs, keep: 1 });
  rewrite(service, 'vacuum', nowMs);
  t.same(service.listTexts(everything).rows, texts);
  rewrite(service, 'rotate', nowMs);
  t.same(service.listTexts(everything).rows, texts);
  service.putTexts([mode('Eco', nowMs + 1)]);
  t.same(service.textsAfter(2, 9).rows, [mode('Eco', nowMs + 1)]);
  const backup = new Sqlite(path, { readonly: true });
  t.same(backup.prepare('SELECT text FROM text_value ORDER BY number').pluck().all(), ['Auto', 'Away']);
  backup.close();
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('a text that was changed on disk is found, and salvaging keeps the others', (t) => {
  const directory = t.testdir();
  const service = openScratch(directory);
  service.putTexts([mode('Auto', startMs), mode('Away', startMs + 1), mode('Eco', startMs + 2)]);
  service.close();
  const file = new Sqlite(join(directory, 'egw.db'));
  file.prepare("UPDATE text_value SET text = 'Awry' WHERE text = 'Away'").run();
  file.close();
  const damaged = new DatabaseService({ directory, zone: 'UTC', nowMs: startMs });
  t.throws(() => damaged.listTexts(everything), { code: 'database_unreadable', message: /text_value/ });
  t.same(damaged.listTexts(everything).rows, [mode('Auto', startMs), mode('Eco', startMs + 2)]);
  t.match(damaged.salvageNote(), { droppedRows: 1, tables: ['text_value'] });
  t.equal(damageOf(damaged), null);
  damaged.close();
  t.end();
});
