import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t, { type Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { SaidText } from '../../../gateway/core/said-text.ts';
import type { Sink } from '../../../gateway/io/sinks/sink.ts';
import { openWide, rowsOf, startMs, writeWide } from './wide-bench.ts';

async function opened(t: Test, more: OptionValues = {}, nowMs = startMs): Promise<Sink> {
  return await openWide(t, t.testdirName, more, nowMs);
}

function ask(t: Test, sql: string, name = 'monitor.db'): unknown {
  const file = new Sqlite(join(t.testdirName, name), { readonly: true });
  try {
    return file.prepare(sql).all();
  } finally {
    file.close();
  }
}

const grafana = (columns: string, table: string): string =>
  `SELECT CAST(strftime('%s', timestamp) AS INTEGER) AS time, ${columns} FROM ${table}
   WHERE timestamp >= '2026-03-10T00:00:00Z' AND timestamp < '2026-03-11T00:00:00Z' ORDER BY timestamp`;

t.test('panels for the P1 logger find their columns, with the gas meter of an older time', async (t) => {
  t.testdir();
  const sink = await opened(t);
  const texts = [{ device: 'energy', quantity: 'unique_id', atMs: startMs, text: '4E47475955' }];
  await writeWide(
    sink,
    [
      ...rowsOf('energy/gas-47', startMs - 3_600_000, { gas_m3: 1234.5 }),
      ...rowsOf('energy', startMs, {
        grid_power_w: -543,
        grid_import_kwh: 1.5,
        grid_import_t1_kwh: 1,
        grid_power_l1_w: -543,
      }),
      ...rowsOf('energy', startMs + 60_000, { grid_power_w: 21, grid_import_kwh: null }),
    ],
    texts,
  );
  t.same(
    ask(
      t,
      grafana(
        'active_power_w, active_power_l1_w, total_power_import_kwh AS kwh, total_gas_m3 AS gas, unique_id AS id',
        'energy',
      ),
    ),
    [
      {
        time: startMs / 1000,
        active_power_w: -543,
        active_power_l1_w: -543,
        kwh: 1.5,
        gas: 1234.5,
        id: '4E47475955',
      },
      {
        time: startMs / 1000 + 60,
        active_power_w: 21,
        active_power_l1_w: null,
        kwh: null,
        gas: 1234.5,
        id: '4E47475955',
      },
    ],
  );
  t.match(ask(t, 'SELECT typeof(gas_timestamp) AS type, gas_unique_id FROM energy LIMIT 1'), [
    { type: 'integer', gas_unique_id: '47' },
  ]);
});

t.test('twenty writers of ten rows each, on one file at one time, leave two hundred', async (t) => {
  t.testdir();
  const writers = Array.from({ length: 20 }, async (_none, index) => {
    const sink = await opened(t);
    for (let row = 0; row < 10; row += 1)
      await writeWide(
        sink,
        rowsOf(`meter-${index}`, startMs + row * 1_000, { grid_power_w: index * 100 + row }),
      );
  });
  await Promise.all(writers);
  t.same(
    ask(t, 'SELECT device, count(*) AS n, sum(value) AS sum FROM grid_power_w GROUP BY device ORDER BY sum'),
    writers.map((_writer, index) => ({ device: `meter-${index}`, n: 10, sum: index * 1_000 + 45 })),
  );
});

t.test('panels for the weather and for rooms find their columns', async (t) => {
  t.testdir();
  const sink = await opened(t);
  const said = (device: string, quantity: string, text: string, atMs = startMs): SaidText => ({
    device,
    quantity,
    text,
    atMs,
  });
  await writeWide(
    sink,
    rowsOf('weather', startMs, {
      outdoor_temperature_c: 7.25,
      outdoor_feels_like_c: 5,
      air_pressure_hpa: 1013,
      outdoor_humidity_pct: 81,
    }),
    [said('weather', 'current.weather[0].main', 'Clouds')],
  );
  await writeWide(
    sink,
    [
      ...rowsOf('evohome/zone-5', startMs, { room_temperature_c: 20.5, room_set_point_c: 21 }),
      ...rowsOf('evohome/zone-6', startMs, { room_temperature_c: 18, room_set_point_c: 16 }),
      ...rowsOf('evohome/zone-5', startMs + 300_000, { room_temperature_c: 20.6 }),
    ],
    [
      said('evohome/zone-5', 'name', 'Living room'),
      said('evohome/zone-6', 'name', 'a"b; drop table'),
      said('evohome/system-1', 'system_mode', 'Auto'),
      said('evohome/system-1', 'system_mode', 'Away', startMs + 1_000),
    ],
  );
  t.same(ask(t, grafana('temp_c, feels_like_c, pressure, humidity, weather_main, dt', 'weather')), [
    {
      time: startMs / 1000,
      temp_c: 7.25,
      feels_like_c: 5,
      pressure: 1013,
      humidity: 81,
      weather_main: 'Clouds',
      dt: startMs / 1000,
    },
  ]);
  t.same(
    ask(
      t,
      grafana(
        '_5_Living_room AS "Living", "_6_a""b;_drop_table" AS odd, _5_Living_room_set_point AS "to", system_mode',
        'evohome',
      ),
    ),
    [
      { time: startMs / 1000, Living: 20.5, odd: 18, to: 21, system_mode: 'Auto' },
      { time: startMs / 1000 + 300, Living: 20.6, odd: null, to: null, system_mode: 'Away' },
    ],
  );
  await writeWide(sink, [], [said('evohome/zone-5', 'name', 'Salon', startMs + 400_000)]);
  t.same(ask(t, 'SELECT _5_Salon, _5_Living_room FROM evohome LIMIT 1'), [
    { _5_Salon: 20.5, _5_Living_room: 20.5 },
  ]);
});

t.test('each quantity has a view of all devices that have it, by the names that they have', async (t) => {
  t.testdir();
  const sink = await opened(t);
  const many = Array.from({ length: 450 }, (_, index) =>
    rowsOf(`evohome/zone-${index}`, startMs, { room_temperature_c: index }),
  );
  await writeWide(
    sink,
    [
      ...rowsOf('meter', startMs + 250, { grid_power_w: 1 }),
      ...rowsOf("it's", startMs - 1, { grid_power_w: 2, grid_import_kwh: null }),
      ...many.flat(),
    ],
    [{ device: 'meter', quantity: 'name', atMs: startMs, text: 'Old' }].concat({
      device: 'meter',
      quantity: 'name',
      atMs: startMs + 9,
      text: 'Main',
    }),
  );
  t.same(ask(t, 'SELECT * FROM grid_power_w ORDER BY at_ms'), [
    {
      ...{ time: startMs / 1000 - 1, at_ms: startMs - 1, timestamp: '2026-03-09T23:59:59Z' },
      ...{ device: "it's", name: "it's", value: 2 },
    },
    {
      ...{ time: startMs / 1000, at_ms: startMs + 250, timestamp: '2026-03-10T00:00:00Z' },
      ...{ device: 'meter', name: 'Main', value: 1 },
    },
  ]);
  t.same(ask(t, 'SELECT * FROM grid_import_kwh'), []);
  t.same(ask(t, "SELECT at_ms FROM last_reading WHERE name = 'Main'"), [{ at_ms: startMs + 250 }]);
  t.same(ask(t, 'SELECT count(*) AS n FROM room_temperature_c'), [{ n: 400 }], 'SQLite joins no more');
  t.same(ask(t, 'SELECT count(*) AS n FROM evohome'), [{ n: 1 }]);
});

t.test('views are there, and empty, before anything is known', async (t) => {
  t.testdir();
  await writeWide(await opened(t), []);
  for (const view of ['energy', 'weather', 'evohome']) t.same(ask(t, `SELECT * FROM ${view}`), []);
  t.same(ask(t, 'SELECT feels_like_c, wind_deg FROM weather'), []);
});

t.test('what comes twice, later or in parts is one row a time', async (t) => {
  t.testdir();
  const sink = await opened(t);
  await writeWide(sink, rowsOf('energy', startMs, { grid_power_w: 1 }));
  await writeWide(sink, rowsOf('energy', startMs, { grid_power_w: 1, grid_import_kwh: 2 }));
  await sink.close();
  const again = await opened(t);
  await writeWide(again, rowsOf('energy', startMs - 1_000, { grid_power_w: 0 }));
  await writeWide(again, rowsOf('energy', startMs, { grid_power_w: 1, grid_import_kwh: null }));
  t.same(ask(t, 'SELECT timestamp, active_power_w AS w, total_power_import_kwh AS kwh FROM energy'), [
    { timestamp: '2026-03-09T23:59:59Z', w: 0, kwh: null },
    { timestamp: '2026-03-10T00:00:00Z', w: 1, kwh: 2 },
  ]);
});

t.test('other names of sources are a matter of options, and so is who may read', async (t) => {
  t.testdir();
  const sink = await opened(t, { path: 'files/own.db', readableBy: 'everyone', energySource: 'p1' });
  await writeWide(sink, rowsOf('p1', startMs, { grid_power_w: 1 }));
  t.same(ask(t, 'SELECT active_power_w FROM energy', 'files/own.db'), [{ active_power_w: 1 }]);
  t.equal(statSync(join(t.testdirName, 'files/own.db')).mode & 0o777, 0o644);
});

t.test('sources may have files of their own, with all that belongs to them', async (t) => {
  t.testdir();
  const sink = await opened(t, { separate: true, energySource: 'p1' });
  const rows = [
    ...rowsOf('roof', startMs, { pv_power_w: 3 }),
    ...rowsOf('weather', startMs, { outdoor_temperature_c: 4 }),
    ...rowsOf('p1', startMs, { grid_power_w: 1 }),
    ...rowsOf('p1/gas-1', startMs, { gas_m3: 2 }),
  ];
  const refused = await writeWide(sink, rows, [
    { device: 'evohome/zone-1', quantity: 'name', atMs: startMs, text: 'Hall' },
  ]);
  t.same(refused, []);
  t.same(ask(t, 'SELECT active_power_w FROM energy', 'energy.db'), [{ active_power_w: 1 }]);
  t.same(ask(t, 'SELECT temp_c FROM weather', 'weather.db'), [{ temp_c: 4 }]);
  t.same(ask(t, 'SELECT name FROM wide_device ORDER BY name', 'energy.db'), [
    { name: 'p1' },
    { name: 'p1/gas-1' },
  ]);
  t.same(ask(t, 'SELECT name FROM wide_device'), [{ name: 'roof' }]);
  t.same(ask(t, 'SELECT COUNT(*) AS n FROM energy'), [{ n: 0 }]);
  t.same(ask(t, 'SELECT text FROM wide_text', 'evohome.db'), [{ text: 'Hall' }]);
  await sink.close();
});

t.test('of separate files too, what is refused is named by its place in the batch', async (t) => {
  t.testdir();
  const sink = await opened(t, { separate: true });
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`q${index}`, index]));
  const rows = [...rowsOf('roof', startMs, { pv_power_w: 1 }), ...rowsOf('weather', startMs, many)];
  const refused = await writeWide(sink, rows);
  t.match(refused, [{ index: rows.length - 1 }]);
  await sink.close();
});

t.test('a file from before the table of times gets it, with the zones that it has', async (t) => {
  t.testdir();
  const sink = await opened(t);
  await writeWide(sink, [
    ...rowsOf('evohome/zone-5', startMs, { room_temperature_c: 20 }),
    ...rowsOf('evohome/zone-6', startMs, { room_temperature_c: 18 }),
    ...rowsOf('evohome/zone-6', startMs + 60_000, { room_temperature_c: 19 }),
    ...rowsOf('other/zone-6', startMs + 90_000, { room_temperature_c: 1 }),
  ]);
  await sink.close();
  const older = new Sqlite(join(t.testdirName, 'monitor.db'));
  older.exec('DROP VIEW evohome; DROP TABLE wide_time');
  older.close();
  await writeWide(await opened(t), rowsOf('evohome/zone-5', startMs + 120_000, { room_temperature_c: 21 }));
  t.same(ask(t, 'SELECT timestamp, _5_ AS five, _6_ AS six FROM evohome ORDER BY timestamp'), [
    { timestamp: '2026-03-10T00:00:00Z', five: 20, six: 18 },
    { timestamp: '2026-03-10T00:01:00Z', five: null, six: 19 },
    { timestamp: '2026-03-10T00:02:00Z', five: 21, six: null },
  ]);
});

t.test('rows older than they are kept go, and of texts the newest stays', async (t) => {
  t.testdir();
  const dayMs = 86_400_000;
  const texts = [0, 1].map((step) => ({
    device: 'energy',
    quantity: 'unique_id',
    atMs: startMs + step,
    text: `${step}`,
  }));
  await writeWide(
    await opened(t),
    [0, 1, 2, 3].flatMap((day) => [
      ...rowsOf('energy', startMs + day * dayMs, { grid_power_w: day }),
      ...rowsOf('evohome/zone-5', startMs + day * dayMs, { room_temperature_c: day }),
    ]),
    texts,
  );
  const sink = await opened(t, { keepDays: 2 }, startMs + 3 * dayMs);
  await writeWide(sink, []);
  t.same(
    ask(t, 'SELECT active_power_w AS w, unique_id AS id FROM energy'),
    [1, 2, 3].map((w) => ({ w, id: '1' })),
  );
  t.same(ask(t, 'SELECT text FROM wide_text'), [{ text: '1' }]);
  t.same(
    ask(t, 'SELECT _5_ AS c FROM evohome'),
    [1, 2, 3].map((c) => ({ c })),
  );
});

t.test('a column too many is refused by itself, and the rest is written', async (t) => {
  t.testdir();
  const sink = await opened(t);
  const many = Object.fromEntries(Array.from({ length: 1_005 }, (_, index) => [`q${index}`, index]));
  const refused = await writeWide(sink, rowsOf('odd', startMs, many));
  t.equal(refused.length, 5);
  t.match(refused[0], { index: 1_000, reason: /1000 columns/ });
  t.same(ask(t, 'SELECT c1000 FROM wide_1'), [{ c1000: 999 }]);
});

t.test("another program's database is refused, and left as it is; what is none is named", async (t) => {
  t.testdir({ 'text.db': 'no database, '.repeat(100), 'folder.db': {} });
  const other = new Sqlite(join(t.testdirName, 'monitor.db'));
  other.exec('CREATE TABLE energy (timestamp TEXT)');
  other.close();
  const before = readFileSync(join(t.testdirName, 'monitor.db'));
  await t.rejects(writeWide(await opened(t), []), {
    code: 'sink_refused',
    message: /another program/,
    hint: /path/,
  });
  t.ok(before.subarray(100).equals(readFileSync(join(t.testdirName, 'monitor.db')).subarray(100)));
  for (const path of ['text.db', 'folder.db']) {
    await t.rejects(writeWide(await opened(t, { path }), []), {
      code: 'sink_refused',
      message: new RegExp(path),
    });
  }
  writeFileSync(join(t.testdirName, 'blocked'), '');
  await t.rejects(writeWide(await opened(t, { path: 'blocked/x.db' }), []), { code: 'sink_refused' });
});

t.test('who is reading when the file is closed reads on, and so does who comes later', async (t) => {
  t.testdir();
  const sink = await opened(t);
  await writeWide(sink, rowsOf('energy', startMs, { grid_power_w: 1 }));
  const reader = new Sqlite(join(t.testdirName, 'monitor.db'), { readonly: true });
  t.teardown(() => reader.close());
  const rows = reader.prepare('SELECT active_power_w AS w FROM energy').iterate();
  t.same(rows.next().value, { w: 1 });
  await sink.close();
  t.same(ask(t, 'SELECT active_power_w AS w FROM energy'), [{ w: 1 }]);
  t.equal(rows.next().done, true);
  await writeWide(sink, rowsOf('energy', startMs + 1_000, { grid_power_w: 2 }));
  t.same(ask(t, 'SELECT active_power_w AS w FROM energy'), [{ w: 1 }, { w: 2 }]);
});

t.test('a write that fails leaves nothing behind, and the next one makes what it needs', async (t) => {
  t.testdir();
  const sink = await opened(t);
  await writeWide(sink, rowsOf('energy', startMs, { grid_power_w: 1 }));
  await t.rejects(
    writeWide(sink, [...rowsOf('new', startMs, { a: 1 }), ...rowsOf('energy', 1.5, { grid_power_w: 2 })]),
  );
  t.equal((await writeWide(sink, rowsOf('new', startMs, { a: 1 }))).length, 0);
  t.same(ask(t, 'SELECT name FROM wide_device'), [{ name: 'energy' }, { name: 'new' }]);
});
