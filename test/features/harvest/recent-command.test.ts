import t from 'tap';
import type { CommandCall } from '../../../gateway/features/command.ts';
import { readingRows, type RecentPorts } from '../../../gateway/features/harvest/recent-command.ts';
import { callStore } from '../../../gateway/storage/call-store.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { batchOf, openScratch, startMs, type Sample } from '../../storage/scratch.ts';

const call: CommandCall = {
  principal: { kind: 'local', id: 'local', scopes: new Set(['read']) },
  signal: new AbortController().signal,
  origin: 'local',
};
type Tables = Awaited<ReturnType<typeof readingRows.run>>['tables'];

let calls = 0;

async function rowsOf(service: DatabaseService, input: { device?: string; rows?: number }): Promise<Tables> {
  const store: RecentPorts['store'] = {
    call: (name, ...parameters) => {
      calls += 1;
      return Promise.resolve(callStore(service, name, parameters));
    },
  };
  return (await readingRows.run({ store }, { rows: 5, ...input }, call)).tables;
}

let sequence = 0;

function append(service: DatabaseService, samples: readonly Sample[]): void {
  for (let at = 0; at < samples.length; at += 1000) {
    sequence += 1;
    service.appendReadings({ bootId: 'boot', sequence }, batchOf(samples.slice(at, at + 1000)));
  }
}

const minuteMs = 60_000;

t.test(
  'the last instants of a source and its parts, oldest first, with all that was read then',
  async (t) => {
    const service = openScratch(t.testdir());
    t.teardown(() => service.close());
    service.internSeries([
      { device: 'p1', quantity: 'grid_power_w' },
      { device: 'p1', quantity: 'energy_import_kwh' },
      { device: 'p1/gas-1', quantity: 'gas_m3' },
      { device: 'p10', quantity: 'grid_power_w' },
    ]);
    const each = Array.from({ length: 50 }, (_, index) => startMs + index * minuteMs);
    append(
      service,
      each.flatMap((atMs, index): Sample[] => [
        [1, atMs, index],
        [4, atMs, -1],
        ...(index % 2 === 0 ? [[2, atMs, 100 + index] as Sample] : []),
        ...(index === 10 ? [[3, atMs, 7] as Sample] : []),
      ]),
    );
    append(service, [
      [1, startMs + 50 * minuteMs, NaN, 'missing'],
      [1, startMs + 51 * minuteMs, 9999, 'suspect'],
      [1, startMs + 51 * minuteMs, 51, 'good'],
    ]);
    service.packReadings(startMs + 60 * minuteMs);
    const tables = await rowsOf(service, { device: 'p1', rows: 4 });
    t.same(tables, [
      {
        device: 'p1',
        columns: [
          { quantity: 'energy_import_kwh', unit: 'kWh' },
          { quantity: 'grid_power_w', unit: 'W' },
        ],
        rows: [
          { atMs: startMs + 48 * minuteMs, values: [148, 48], qualities: ['good', 'good'] },
          { atMs: startMs + 49 * minuteMs, values: [null, 49], qualities: [null, 'good'] },
          { atMs: startMs + 50 * minuteMs, values: [null, null], qualities: [null, 'missing'] },
          { atMs: startMs + 51 * minuteMs, values: [null, 51], qualities: [null, 'good'] },
        ],
      },
      {
        device: 'p1/gas-1',
        columns: [{ quantity: 'gas_m3', unit: 'm³' }],
        rows: [{ atMs: startMs + 10 * minuteMs, values: [7], qualities: ['good'] }],
      },
    ]);
    t.same(
      (await rowsOf(service, {})).map(({ device, rows }) => [device, rows.length]),
      [
        ['p1', 5],
        ['p1/gas-1', 1],
        ['p10', 5],
      ],
    );
    t.same((await rowsOf(service, { device: 'p10', rows: 1000 }))[0]?.rows.length, 50, 'all there are');
  },
);

t.test(
  'what is read rarely is found far back, in a few steps, and what is read often is not read whole',
  async (t) => {
    const service = openScratch(t.testdir());
    t.teardown(() => service.close());
    service.internSeries([
      { device: 'sky', quantity: 'temperature_c' },
      { device: 'fast', quantity: 'grid_power_w' },
    ]);
    const days = Array.from({ length: 7 }, (_, index): Sample => [1, startMs + index * 86_400_000, index]);
    append(service, days);
    append(
      service,
      Array.from({ length: 12_000 }, (_, index): Sample => [2, startMs + 1000 + index * 1000, index]),
    );
    calls = 0;
    const [sky] = await rowsOf(service, { device: 'sky', rows: 5 });
    t.same(
      sky?.rows.map(({ values }) => values[0]),
      [2, 3, 4, 5, 6],
    );
    const [fast] = await rowsOf(service, { device: 'fast', rows: 3 });
    t.same(
      fast?.rows.map(({ values }) => values[0]),
      [11_997, 11_998, 11_999],
    );
    t.ok(calls < 25, `${calls} calls`);
  },
);

t.test('words stand at every instant at which they held', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  service.internSeries([{ device: 'heating', quantity: 'temperature_c' }]);
  append(
    service,
    [0, 1, 2, 3].map((minute): Sample => [1, startMs + minute * minuteMs, 20 + minute]),
  );
  const say = (quantity: string, text: string, minute: number): void =>
    service.putTexts([{ device: 'heating', quantity, text, atMs: startMs + minute * minuteMs }]);
  say('mode', 'Auto', 1);
  say('name', 'Bath, upstairs', 0);
  const valuesOf = async (): Promise<unknown> =>
    (await rowsOf(service, { rows: 3 })).map(({ rows }) => rows.map(({ values }) => values));
  t.same(await valuesOf(), [
    [
      ['Auto', 'Bath, upstairs', 21],
      ['Auto', 'Bath, upstairs', 22],
      ['Auto', 'Bath, upstairs', 23],
    ],
  ]);
  say('mode', 'Away', 3);
  t.same(await valuesOf(), [
    [
      ['Auto', 'Bath, upstairs', 21],
      ['Auto', 'Bath, upstairs', 22],
      ['Away', 'Bath, upstairs', 23],
    ],
  ]);
});

t.test('words that came with values of an earlier time stand beside them', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  service.internSeries([{ device: 'weather', quantity: 'outdoor_temperature_c' }]);
  append(service, [
    [1, startMs, 5],
    [1, startMs + 10 * minuteMs, 6],
  ]);
  for (const [minute, text] of [
    [6, 'Rain'],
    [16, 'Snow'],
  ] as const)
    service.putTexts([
      { device: 'weather', quantity: 'weather_main', text, atMs: startMs + minute * minuteMs },
    ]);
  const [table] = await rowsOf(service, {});
  t.same(
    table?.rows.map(({ values }) => values),
    [
      [5, 'Rain'],
      [6, 'Snow'],
    ],
  );
});

t.test('what only says words has a row for each of them', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  service.internSeries([{ device: 'heating', quantity: 'mode' }]);
  for (const [minute, text] of ['Auto', 'Away', 'Auto'].entries())
    service.putTexts([{ device: 'heating', quantity: 'mode', text, atMs: startMs + minute * minuteMs }]);
  const [table] = await rowsOf(service, { rows: 2 });
  t.same(
    table?.rows.map(({ values }) => values),
    [['Away'], ['Auto']],
  );
});

t.test('a device that is not there, and more than fits in an answer, is refused', async (t) => {
  const service = openScratch(t.testdir());
  t.teardown(() => service.close());
  t.same(await rowsOf(service, {}), []);
  await t.rejects(rowsOf(service, { device: 'p1' }), { code: 'device_unknown' });
  service.internSeries(
    Array.from({ length: 201 }, (_, index) => ({ device: `d${index}`, quantity: 'grid_power_w' as const })),
  );
  await t.rejects(rowsOf(service, { rows: 1000 }), { code: 'input_invalid', hint: /name a device/ });
  t.same(await rowsOf(service, { device: 'd1' }), [], 'and one of which nothing was read has no table');
});
