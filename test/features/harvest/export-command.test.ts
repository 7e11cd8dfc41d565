import t from 'tap';
import type { GatewayError } from '../../../gateway/core/errors.ts';
import { limits } from '../../../gateway/core/limits.ts';
import type { CommandCall } from '../../../gateway/features/command.ts';
import { readingExport, type ExportPorts } from '../../../gateway/features/harvest/export-command.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { batchOf, openScratch, startMs, type Sample } from '../../storage/scratch.ts';
import { readCsv } from './read-csv.ts';

type Input = Parameters<typeof readingExport.run>[1];

const call: CommandCall = {
  principal: { kind: 'local', id: 'local', scopes: new Set(['read']) },
  signal: new AbortController().signal,
  origin: 'local',
};
const everything = { from: '0', to: '253402300800000' };

/** Asks the store as the worker does: whole pages, one call after another. */
function portsOf(service: DatabaseService, onPage: () => void = () => undefined): ExportPorts {
  return {
    clock: new ManualTime(),
    store: {
      call: (name, ...parameters) => {
        if (name !== 'listSeries') onPage();
        return Promise.resolve(callStore(service, name, parameters));
      },
    },
  };
}

async function exported(service: DatabaseService, input: Partial<Input>): Promise<string> {
  const answer = await readingExport.run(
    portsOf(service),
    { format: 'csv', resolution: 'raw', ...everything, ...input },
    call,
  );
  let text = '';
  for await (const part of answer.parts) text += part;
  return text;
}

t.test('readings come back from CSV and from JSON lines as they were stored', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  service.internSeries([
    { device: 'meter', quantity: 'grid_power_w' },
    { device: 'boiler', quantity: 'battery_temperature_c' },
  ]);
  const values = [0, -0.1, 1e-7, -1234.5678, 1e21, 5e-324, Number.MAX_VALUE, 2 ** 53 + 2];
  const samples = values.map((value, index): Sample => [1, startMs + index, value]);
  samples.push([2, startMs + 3, NaN, 'missing'], [2, startMs + 4, 19.5, 'suspect']);
  service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf(samples));

  const records = readCsv(await exported(service, {}));
  t.same(records[0], ['time', 'epoch_ms', 'device', 'quantity', 'unit', 'value', 'quality']);
  t.same(records[1]?.slice(0, 3), ['2026-03-10T00:00:00.003Z', String(startMs + 3), 'boiler']);
  t.same(
    records.slice(1).map((record) => record.slice(5)),
    [['', 'missing'], ['19.5', 'suspect'], ...values.map((value) => [String(value), 'good'])],
  );
  t.same(
    records.slice(3).map((record) => Number(record[5])),
    values,
  );
  const lines = (await exported(service, { format: 'json' })).trimEnd().split('\n');
  t.equal(lines.length, samples.length);
  t.same(JSON.parse(lines[0] ?? ''), {
    time: '2026-03-10T00:00:00.003Z',
    epochMs: startMs + 3,
    device: 'boiler',
    quantity: 'battery_temperature_c',
    unit: '°C',
    value: null,
    quality: 'missing',
  });
});

t.test('windows have their span and what was in them', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  service.internSeries([{ device: 'meter', quantity: 'grid_power_w' }]);
  const samples: Sample[] = [1, 2, 6].map((value, index) => [1, startMs + index * 1000, value]);
  service.appendReadings(
    { bootId: 'boot', sequence: 1 },
    batchOf([...samples, [1, startMs + 5, 9, 'suspect']]),
  );
  t.same(readCsv(await exported(service, { resolution: '1d' })), [
    [
      'time',
      'epoch_ms',
      'end_epoch_ms',
      'device',
      'quantity',
      'unit',
      'min',
      'max',
      'mean',
      'last',
      'n',
      'bad',
    ],
    ['2026-03-09T23:00:00.000Z', String(startMs - 3_600_000), String(startMs + 82_800_000)].concat([
      'meter',
      'grid_power_w',
      'W',
      '1',
      '6',
      '3',
      '6',
      '3',
      '1',
    ]),
  ]);
});

t.test('devices, quantities and spans are chosen, and what there is not is named', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  service.internSeries([
    { device: 'meter', quantity: 'grid_power_w' },
    { device: 'meter', quantity: 'grid_voltage_l1_v' },
    { device: 'roof', quantity: 'pv_power_w' },
  ]);
  const samples = [1, 2, 3].flatMap((series): Sample[] => [
    [series, startMs, series],
    [series, startMs + 1, series],
  ]);
  service.appendReadings({ bootId: 'boot', sequence: 1 }, batchOf(samples));
  const keys = async (input: Partial<Input>): Promise<string[]> =>
    readCsv(await exported(service, input))
      .slice(1)
      .map((record) => `${record[1] === String(startMs) ? '' : '+'}${record[2] ?? ''}/${record[3] ?? ''}`);
  t.same(await keys({ device: ['roof'] }), ['roof/pv_power_w', '+roof/pv_power_w']);
  t.same(await keys({ quantity: ['grid_power_w', 'pv_power_w'], to: String(startMs + 1) }), [
    'meter/grid_power_w',
    'roof/pv_power_w',
  ]);
  t.same(await keys({ device: ['meter'], quantity: ['grid_voltage_l1_v'], from: String(startMs + 1) }), [
    '+meter/grid_voltage_l1_v',
  ]);
  t.same(await keys({ from: String(startMs + 2) }), [], 'an empty range has no rows');
  t.match(await exported(service, { from: String(startMs + 2) }), /^time,[^\n]+\r\n$/, 'but its header');
  t.equal(await exported(service, { from: String(startMs + 2), format: 'json' }), '');
  await t.rejects(exported(service, { device: ['roof', 'rof'] }), {
    code: 'device_unknown',
    message: /"rof"/,
    hint: /meter, roof/,
  } satisfies Partial<Record<keyof GatewayError, unknown>>);
  await t.rejects(exported(service, { device: ['roof'], quantity: ['grid_power_w'] }), { code: 'not_found' });
  await t.rejects(exported(service, { quantity: ['grid_power_w', 'grid_powr_w'] }), {
    code: 'not_found',
    message: 'no device has readings of "grid_powr_w"',
    hint: 'there are: grid_power_w, grid_voltage_l1_v, pv_power_w',
  } satisfies Partial<Record<keyof GatewayError, unknown>>);
  await t.rejects(exported(service, { from: '5', to: '5' }), { code: 'input_invalid' });
});

t.test('a page is read when the one before has been taken, and none after the reader has gone', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  service.internSeries([{ device: 'meter', quantity: 'grid_power_w' }]);
  const count = 3 * limits.exportPageRowsMax + 1;
  for (let from = 0; from < count; from += limits.commitReadingsMax) {
    const samples = Array.from(
      { length: Math.min(limits.commitReadingsMax, count - from) },
      (_, index): Sample => [1, startMs + (from + index) * 1000, index % 100],
    );
    service.appendReadings({ bootId: 'boot', sequence: from + 1 }, batchOf(samples));
  }
  let pages = 0;
  const ports = portsOf(service, () => (pages += 1));
  const abort = new AbortController();
  const input: Input = { format: 'csv', resolution: 'raw', ...everything };
  const { parts } = await readingExport.run(ports, input, call);
  let taken = 0;
  let rows = -1;
  for await (const part of parts) {
    t.equal(pages, taken, 'no page ahead of the reader');
    taken += 1;
    rows += part.split('\r\n').length - 1;
  }
  t.equal(rows, count);
  const stopped = await readingExport.run(ports, input, { ...call, signal: abort.signal });
  pages = 0;
  const iterator = stopped.parts[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.next();
  abort.abort();
  await t.rejects(iterator.next());
  t.equal(pages, 1);
});

t.test('what is odd is refused, or stored and exported intact', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  const names = [
    'x'.repeat(200),
    'météo 🌦️👨‍👩‍👧',
    `it's "a", b`,
    '=cmd()',
    "'); DROP TABLE series; --",
    '../../etc',
    '%s\u0000end',
  ];
  const ids = service.internSeries(names.map((device) => ({ device, quantity: 'grid_power_w' as const })));
  t.same(
    service.listSeries().map(({ device }) => device),
    names,
  );
  const refused: readonly [string, Sample][] = [
    ['a time of NaN', [1, NaN, 1]],
    ['an infinite time', [1, Infinity, 1]],
    ['a time before 1970', [1, -1, 1]],
    ['a time after 9999', [1, 253_402_300_800_000, 1]],
    ['half a millisecond', [1, startMs + 0.5, 1]],
    ['an unknown series', [99, startMs, 1]],
  ];
  for (const [index, [title, sample]] of refused.entries()) {
    const good: Sample = [1, startMs, 7];
    t.throws(
      () => service.appendReadings({ bootId: 'boot', sequence: index + 1 }, batchOf([good, sample, good])),
      { name: 'GatewayError' },
      title,
    );
  }
  t.equal(service.databaseStatus().readings, 0, 'nothing of a refused batch is stored');

  const intact: readonly [Sample, string][] = [
    [[1, 0, 1], '1'],
    [[1, 253_402_300_799_999, 2], '2'],
    [[1, startMs, NaN], ''],
    [[1, startMs + 1, Infinity], ''],
    [[1, startMs + 2, -Infinity], ''],
    [[1, startMs + 3, 1e308], '1e+308'],
  ];
  const named = ids.slice(1).map((id): Sample => [id, startMs, 3]);
  const key = { bootId: 'boot', sequence: 50 };
  service.appendReadings(key, batchOf([...intact.map(([sample]) => sample), ...named]));
  const check = async (when: string): Promise<void> => {
    const records = readCsv(await exported(service, {})).slice(1);
    const first = records.filter((record) => record[2] === names[0]);
    const wanted = intact.toSorted(([left], [right]) => left[1] - right[1]);
    t.same(
      first.map((record) => [Number(record[1]), record[5]]),
      wanted.map(([[, atMs], text]) => [atMs, text]),
      when,
    );
    t.same(
      new Set(records.map((record) => record[2])),
      new Set(names.map((text) => text.replace(/^=/, "'="))),
      when,
    );
    const lines = (await exported(service, { format: 'json' })).trimEnd().split('\n');
    const devices = lines.map((line) => (JSON.parse(line) as { device: string }).device);
    t.same(new Set(devices), new Set(names), when);
  };
  await check('staged');
  while (service.packReadings(253_402_300_799_999).remaining);
  await check('packed');
});
