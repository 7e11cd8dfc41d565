import t from 'tap';
import { jemacP1 } from '../../../gateway/io/sources/jemac-p1.ts';
import type { SourceReader } from '../../../gateway/io/sources/source.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import { JemacService } from '../../../modbus-sim/services/jemac-service.ts';
import { jsonAnswer } from '../../../modbus-sim/services/service.ts';
import { fixtureMs, telegramFixture } from './p1-fixtures.ts';
import { doubleNames, SourceBench, textOf, valueOf } from './source-bench.ts';

const { signal } = new AbortController();
const rows = telegramFixture('se')
  .split('\r\n')
  .filter((row) => row !== '');

function opened(): { bench: SourceBench; reader: SourceReader; service: JemacService; home: SimulatedHome } {
  const home = new SimulatedHome({ seed: 3, startMs: fixtureMs - 60_000 });
  const service = new JemacService(home, { variant: 'se', zone: 'Europe/Paris' });
  const bench = new SourceBench(service, fixtureMs);
  return { bench, service, home, reader: jemacP1.open({ host: '192.168.1.30' }, bench.ports) };
}

t.test('the reader’s rows are a telegram again, and what it says of itself is kept', async (t) => {
  const { bench, reader } = opened();
  bench.trouble = () =>
    jsonAnswer(200, { id: 'D43D39819C59', rssi: -26, fw: 'FRTOS', uptime: 7, data: rows });
  const answer = await reader.read(signal);
  t.equal(valueOf(answer, 'grid_power_w')?.value, 1284);
  t.equal(valueOf(answer, 'grid_import_kwh')?.value, 18420.512);
  t.equal(valueOf(answer, 'wifi_signal_dbm')?.value, -26);
  t.equal(valueOf(answer, 'uptime')?.value, 7);
  t.equal(textOf(answer, 'meter_model'), 'LGF5E360');
  t.equal(textOf(answer, 'id'), 'D43D39819C59');
  t.strictSame(doubleNames(answer), []);
  t.strictSame(bench.takePaths(), ['/telegram.json']);
});

t.test('it says what the home does', async (t) => {
  const { reader, home } = opened();
  const answer = await reader.read(signal);
  t.equal(valueOf(answer, 'grid_power_w')?.value, home.truth().gridW);
  t.equal(valueOf(answer, 'grid_import_kwh')?.value, Math.floor(home.truth().importWh) / 1000);
});

t.test('a row that was changed, cut or lost gives nothing', async (t) => {
  const { bench, reader } = opened();
  const changes: readonly (readonly [string, readonly unknown[]])[] = [
    ['changed', rows.map((row) => row.replace('1.284', '9.284'))],
    ['lost', rows.filter((_, index) => index !== 5)],
    ['without its checksum', rows.map((row) => row.replace(/!.*/, '!'))],
    ['without its end', rows.slice(0, -1)],
    ['a row that is no text', [...rows.slice(0, 4), 7]],
    ['a wrong checksum', rows.map((row) => row.replace('!77DC', '!77DD'))],
  ];
  for (const [why, data] of changes) {
    bench.trouble = () => jsonAnswer(200, { data });
    await t.rejects(reader.read(signal), { code: 'answer_invalid', facts: { where: /^data/ } }, why);
  }
  bench.trouble = () => jsonAnswer(200, { data: 'x' });
  await t.rejects(reader.read(signal), { code: 'answer_invalid' });
  bench.trouble = () => jsonAnswer(200, { rssi: '-26', data: rows });
  await t.rejects(reader.read(signal), { code: 'answer_invalid', facts: { where: 'rssi' } });
});

t.test('a reader without a meter has no telegram', async (t) => {
  const { bench, service, reader } = opened();
  service.isPlugged = false;
  await t.rejects(reader.read(signal), { code: 'source_unavailable', hint: /P1 port/ });
  bench.trouble = () => jsonAnswer(200, { data: ['/', '!0000'] });
  await t.rejects(reader.read(signal), { code: 'source_unavailable' });
  bench.trouble = () => undefined;
  service.isPlugged = true;
  await reader.read(signal);
});

t.test('a reader that repeats itself for five minutes has lost its meter', async (t) => {
  const { bench, reader } = opened();
  bench.trouble = () => jsonAnswer(200, { data: rows });
  await reader.read(signal);
  bench.nowMs += 301_000;
  await t.rejects(reader.read(signal), { code: 'source_unavailable', hint: /cable/ });
});

t.test('a host is a name or an address, with its port', (t) => {
  t.equal(jemacP1.lane({ host: '192.168.1.30:8080' }), '192.168.1.30:8080');
  t.throws(() => jemacP1.lane({ host: 'a b' }), { code: 'config_invalid', facts: { option: 'host' } });
  t.end();
});
