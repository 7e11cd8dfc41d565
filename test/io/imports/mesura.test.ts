import Sqlite from 'better-sqlite3';
import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { AncestorRecord } from './ancestor.ts';
import { energy, gasId, read, rooms, scratch, stamp, startMs, weather, type Read } from './mesura-files.ts';

const reasons = ({ notes }: Read): readonly string[] => notes.map(({ reason }) => reason);

t.test('what it wrote has the names that our own sources give it', (t) => {
  const ancestor = scratch(t);
  ancestor.store('monitor.db', 'energy', energy(startMs));
  ancestor.store('monitor.db', 'weather', weather(startMs));
  ancestor.store('monitor.db', 'evohome', rooms(startMs));
  const { values, texts, notes } = read(ancestor.directory);
  const dt = startMs - 60_000;
  const wanted: readonly (readonly [string, number, number])[] = [
    ['energy grid_import_kwh', startMs, 10830.511],
    ['energy grid_power_w', startMs, -543],
    ['energy grid_voltage_l1_v', startMs, 231.4],
    ['energy grid_tariff_code', startMs, 1],
    ['energy wifi_strength_pct', startMs, 72],
    // The gas meter has its own, local time.
    [`energy/gas-${gasId} gas_m3`, Date.UTC(2024, 2, 10, 12), 2569.646],
    ['weather outdoor_temperature_c', dt, 11.37],
    ['weather air_pressure_hpa', dt, 1013],
    ['weather outdoor_humidity_pct', dt, 81],
    ['weather uv_index', dt, 0.4],
    ['weather cloud_cover_pct', dt, 75],
    ['weather visibility_m', dt, 10000],
    ['weather wind_speed_m_per_s', dt, 4.1],
    ['weather lat', dt, 50.83],
    ['evohome/zone-3432521 room_temperature_c', startMs, 21.5],
    ['evohome/zone-3432522 room_temperature_c', startMs, 18],
  ];
  for (const [key, atMs, value] of wanted) t.same([...(values.get(key) ?? [])], [[atMs, value]], key);
  t.match(Object.fromEntries(texts), {
    'energy unique_id': '4E47475955',
    [`energy/gas-${gasId} meter_id`]: gasId,
    'weather weather_main': 'Clouds',
    'weather sunrise': stamp(startMs - 6 * 3_600_000),
    'evohome system_mode': 'Auto',
    'evohome/zone-3432521 name': 'Living Room',
  });
  t.same(notes, []);
  t.end();
});

t.test('a database that is written meanwhile is read with what is in its log, and stays as it is', (t) => {
  const ancestor = scratch(t);
  for (let index = 0; index < 50; index += 1)
    ancestor.store('monitor.db', 'energy', energy(startMs + index * 60_000));
  const filesOf = (): unknown =>
    readdirSync(ancestor.directory).map((name) => {
      const path = join(ancestor.directory, name);
      return [name, statSync(path).mtimeMs, readFileSync(path).length];
    });
  const before = filesOf();
  t.equal(read(ancestor.directory).rows.length, 50);
  t.same(filesOf(), before);
  ancestor.store('monitor.db', 'energy', energy(startMs + 50 * 60_000));
  t.equal(read(ancestor.directory).rows.length, 51);
  t.end();
});

t.test('every name that its files ever had is found', (t) => {
  const databases: readonly (readonly [string, string, AncestorRecord])[] = [
    ['energy.db', 'readings', energy(startMs)],
    ['weather.db', 'weather', weather(startMs)],
    ['weatherdata.db', 'readings', weather(startMs)],
    ['evohome.db', 'evohome', rooms(startMs)],
    ['rooms.db', 'readings', rooms(startMs)],
    ['monitor.db', 'energy', energy(startMs)],
  ];
  const texts: readonly (readonly [string, AncestorRecord])[] = [
    ['energy.csv', energy(startMs)],
    ['weather.csv', weather(startMs)],
    ['weatherdata.csv', weather(startMs)],
    ['rooms.csv', rooms(startMs)],
    ['temp.csv', rooms(startMs)],
    ['evohome.csv', rooms(startMs)],
  ];
  const ancestor = scratch(t);
  for (const [file, table, record] of databases) ancestor.store(file, table, record);
  for (const [file, record] of texts) ancestor.append(file, record);
  ancestor.close();
  const { rows, notes, values } = read(ancestor.directory);
  t.equal(rows.length, databases.length + texts.length);
  t.same(notes, []);
  t.ok(
    [...values].every(([, times]) => times.size === 1),
    'all say the same',
  );
  t.end();
});

t.test('numbers that were kept as texts are numbers, and what is not a number is none', (t) => {
  const ancestor = scratch(t);
  ancestor.store('rooms.db', 'readings', rooms(startMs, { _3432521_Living_Room: null }));
  ancestor.store('rooms.db', 'readings', rooms(startMs + 1_000, { _3432521_Living_Room: 21.5 }));
  ancestor.store('rooms.db', 'readings', rooms(startMs + 2_000, { _3432521_Living_Room: 'nan' }));
  const connection = new Sqlite(join(ancestor.directory, 'rooms.db'));
  t.equal(
    connection.prepare('SELECT typeof(_3432521_Living_Room) FROM readings WHERE rowid = 2').pluck().get(),
    'text',
  );
  connection.close();
  const { values } = read(ancestor.directory);
  t.same([...(values.get('evohome/zone-3432521 room_temperature_c') ?? [])], [[startMs + 1_000, 21.5]]);
  t.end();
});

t.test('an id that became a number is lost, and that of the gas meter is found in other rows', (t) => {
  const ancestor = scratch(t);
  const lost = new Sqlite(join(ancestor.directory, 'energy.db'));
  lost.exec(
    `CREATE TABLE readings (timestamp TEXT, unique_id REAL, active_power_w REAL, total_gas_m3 REAL, gas_unique_id REAL);
     INSERT INTO readings VALUES ('${stamp(startMs)}', '4E47475955', 100, 5, '${gasId}')`,
  );
  t.equal(lost.prepare('SELECT unique_id FROM readings').pluck().get(), Infinity);
  lost.close();
  const gasOf = (...energy: string[]): unknown =>
    [...read(ancestor.directory, { energy }).values.keys()].filter((key) => key.endsWith('gas_m3'));
  t.same(gasOf(), ['energy/gas-channel-1 gas_m3']);
  t.same(gasOf('water-9', 'gas-77', 'gas-channel-1'), ['energy/gas-77 gas_m3'], 'that which is read now');
  t.same(gasOf('gas-77', 'gas-78'), ['energy/gas-channel-1 gas_m3'], 'nobody knows which');
  ancestor.append('energy.csv', energy(startMs + 60_000));
  const { values, texts } = read(ancestor.directory);
  t.same(
    [...values.keys()].filter((key) => key.includes('gas_m3')),
    [`energy/gas-${gasId} gas_m3`],
  );
  t.equal(texts.get('energy unique_id'), '4E47475955');
  t.end();
});

t.test('rows that do not fit their columns are left out by their line', (t) => {
  const ancestor = scratch(t);
  ancestor.append('energy.csv', energy(startMs));
  ancestor.append('energy.csv', energy(startMs + 60_000, { active_power_l1_w: 5 }));
  ancestor.append('energy.csv', { timestamp: stamp(startMs + 120_000), active_power_w: 3 });
  const { timestamp, ...rest } = energy(startMs + 180_000);
  ancestor.append('energy.csv', { ...rest, meter_model: 7, smr_version: 'x', timestamp: timestamp ?? null });
  ancestor.append('energy.csv', energy(startMs + 240_000));
  const { rows, notes } = read(ancestor.directory);
  t.same(
    rows.map(({ atMs }) => atMs),
    [startMs, startMs + 240_000],
  );
  t.match(notes, [
    { file: 'energy.csv', row: 3, reason: /13 cells where 13|14 cells where 13/ },
    { row: 4, reason: 'it has 2 cells where 13 columns are named' },
    { row: 5, reason: 'its cells do not fit their columns: smr_version holds a word' },
  ]);
  t.end();
});

t.test('a last line that was cut off is left out, since its last number may be too', (t) => {
  const ancestor = scratch(t);
  ancestor.append('rooms.csv', rooms(startMs));
  ancestor.append('rooms.csv', rooms(startMs + 1_000));
  const path = join(ancestor.directory, 'rooms.csv');
  truncateSync(path, statSync(path).size - '8\r\n'.length);
  const { rows, notes } = read(ancestor.directory);
  t.equal(rows.length, 1);
  t.match(notes, [{ row: 3, reason: 'the file ends within this line' }]);
  t.end();
});

t.test('a header in the middle holds for what follows it', (t) => {
  const ancestor = scratch(t);
  ancestor.append('rooms.csv', rooms(startMs));
  appendFileSync(
    join(ancestor.directory, 'rooms.csv'),
    `timestamp,_3432522_Hall,_3432521_Living_Room,system_mode\r\n${stamp(startMs + 1_000)},17,22,Off,,\r\n`,
  );
  const { values, notes } = read(ancestor.directory);
  t.same([...(values.get('evohome/zone-3432521 room_temperature_c')?.values() ?? [])], [21.5, 22]);
  t.same(notes, []);
  t.end();
});

t.test('times without a zone are those of the home, and that is said', (t) => {
  const ancestor = scratch(t);
  const times = [
    '2024-07-01T12:00:00',
    '2024-07-01T12:00:00+01:00',
    '',
    null,
    'soon',
    '2031-01-01T00:00:00Z',
  ];
  for (const timestamp of times) ancestor.store('rooms.db', 'readings', { ...rooms(startMs), timestamp });
  const read1 = read(ancestor.directory);
  t.same(
    read1.rows.map(({ atMs }) => stamp(atMs)),
    ['2024-07-01T10:00:00Z', '2024-07-01T11:00:00Z'],
  );
  t.match(read1.notes, [
    { row: 1, reason: /says no zone/, isTaken: true },
    { row: 3, reason: 'it has no time' },
    { row: 4, reason: 'it has no time' },
    { row: 5, reason: 'its time cannot be read' },
    { row: 6, reason: /still to come/ },
  ]);
  t.end();
});

t.test('what cannot be is left out, and the rest of its row is not', (t) => {
  const ancestor = scratch(t);
  ancestor.append('weather.csv', weather(startMs, { temp_c: -273.15 }));
  ancestor.append('rooms.csv', rooms(startMs, { _3432521_Living_Room: 128 }));
  ancestor.append('energy.csv', energy(startMs, { active_voltage_l1_v: 99_999 }));
  const found = read(ancestor.directory);
  t.same([...reasons(found)].sort(), [
    'its grid_voltage_l1_v cannot be',
    'its outdoor_temperature_c cannot be',
    'its room_temperature_c cannot be',
  ]);
  t.ok(found.values.has('weather outdoor_humidity_pct') && found.values.has('energy grid_power_w'));
  t.notOk(found.values.has('weather outdoor_temperature_c'));
  t.end();
});

t.test('older weather files had more, some of it in kelvins', (t) => {
  const ancestor = scratch(t);
  const older = weather(startMs, {
    temp_c: null,
    feels_like_k: 281.3,
    wind_deg: 210,
    weather_id: 803,
  });
  ancestor.append('weatherdata.csv', { ...older, temp_k: 284.52, dew_point_c: 8.05 });
  const { values } = read(ancestor.directory);
  const one = (name: string): unknown => [...(values.get(`weather ${name}`)?.values() ?? [])][0];
  t.same(
    [
      'outdoor_temperature_c',
      'outdoor_feels_like_c',
      'dew_point_c',
      'wind_direction_deg',
      'weather_code',
    ].map(one),
    [11.37, 8.15, 8.05, 210, 803],
  );
  t.end();
});
