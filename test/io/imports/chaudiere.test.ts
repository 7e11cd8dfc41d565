import Sqlite from 'better-sqlite3';
import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import {
  databaseIn,
  readChaudiere,
  writeChaudiere,
  written,
  type ChaudiereRecord,
} from './chaudiere-files.ts';

const at = (text: string): number => Date.parse(text);
const startMs = at('2019-01-31T05:40:00Z');
const winter = 1;

function record(afterMs: number, more: Partial<ChaudiereRecord> = {}): ChaudiereRecord {
  return {
    dt: written(startMs + afterMs, winter),
    ...{ temp0: 61.5, temp1: 120.25, temp2: 24, watt0: 1_671, watt1: 0, watt2: 1_660, watt3: 0, ...more },
  };
}

t.test('each column goes to the input that it was of, at its true time', (t) => {
  const file = databaseIn(t.testdir());
  writeChaudiere(file, 'Chaudiere', [record(5_123, { temp3: 70, phase: 10, change: 1, event: '0' })]);
  const { values, tables, notes } = readChaudiere([file]);
  const time = '2019-01-31T05:40:05.123Z';
  t.same(Object.fromEntries(values), {
    [`water ${time}`]: 61.5,
    [`flue ${time}`]: 120.25,
    [`enclosure ${time}`]: 24,
    [`secondaryFan ${time}`]: 1_671,
    [`igniter ${time}`]: 0,
    [`primaryFan ${time}`]: 1_660,
    [`auger ${time}`]: 0,
  });
  t.same(tables, [{ place: { file, table: 'Chaudiere' }, group: 'boiler', rows: 1 }]);
  t.match(notes, [{ isTaken: true, reason: /Europe\/Paris/ }]);
  t.end();
});

t.test('what is no value is none, and what cannot be is named', (t) => {
  const cells: readonly (readonly [Partial<ChaudiereRecord>, number | undefined, RegExp | undefined])[] = [
    [{ temp0: -1 }, undefined, /temp0 is −1/],
    [{ temp0: -1.0000001 }, -1.0000001, undefined],
    [{ temp0: null }, undefined, undefined],
    [{ temp0: 0 }, 0, undefined],
    [{ temp0: 'warm' }, undefined, /temp0 is no number/],
    [{ temp0: 1e9 }, undefined, /temp0 cannot be/],
    [{ temp0: -55.1 }, undefined, /temp0 cannot be/],
    [{ temp0: 125 }, 125, undefined],
    [{ temp0: NaN }, undefined, undefined],
    [{ temp0: Infinity }, undefined, /temp0 cannot be/],
    [{ temp0: '61.25' }, 61.25, undefined],
  ];
  for (const [index, [cell, wanted, problem]] of cells.entries()) {
    const file = databaseIn(t.testdir());
    writeChaudiere(file, 'Chaudiere', [record(0, cell)]);
    const { values, notes } = readChaudiere([file]);
    t.equal(values.get('water 2019-01-31T05:40:00.000Z'), wanted, `row ${index}`);
    const [first] = notes.filter(({ isTaken }) => isTaken !== true);
    t.match(first?.reason ?? '', problem ?? /^$/, `row ${index}`);
    t.equal(values.size, wanted === undefined ? 6 : 7, 'the other columns are read');
  }
  t.end();
});

t.test('its tables are known by every name that SQLAlchemy gives them', (t) => {
  for (const table of ['Chaudiere', 'chaudiere', 'ChaudiereMinute', 'chaudiereminute', 'chaudiere_minute']) {
    const file = databaseIn(t.testdir());
    writeChaudiere(file, table, [record(0, { watt1: 0.2 })]);
    const { values, tables, notes } = readChaudiere([file]);
    t.same(tables, [{ place: { file, table }, group: 'boiler', rows: 1 }]);
    t.equal(values.get('igniter 2019-01-31T05:40:00.000Z'), 1, table);
    t.match(notes, [{ isTaken: true }]);
  }
  t.end();
});

t.test('motors keep their millivolts, and a mean of however little is on', (t) => {
  const cells: readonly (readonly [string | number | null, number | undefined])[] = [
    [0, 0],
    [1_827, 1_827],
    [0.2, 1],
    [456.75, 457],
    [-1, undefined],
    [1e9, undefined],
    ['on', undefined],
    [null, undefined],
  ];
  for (const [cell, wanted] of cells) {
    const file = databaseIn(t.testdir());
    writeChaudiere(file, 'ChaudiereMinute', [record(0, { watt1: cell })]);
    t.equal(readChaudiere([file]).values.get('igniter 2019-01-31T05:40:00.000Z'), wanted, `${cell}`);
  }
  t.end();
});

t.test('85 °C is believed where the sensor was near it before', (t) => {
  const file = databaseIn(t.testdir());
  const celsius = [85, 60, 85, 85, 74.9, 85, 75, 85, 84.9, 85, 85];
  writeChaudiere(
    file,
    'Chaudiere',
    celsius.map((temp0, index) => record(index * 5_000, { temp0 })),
  );
  const { rows } = readChaudiere([file]);
  const water = rows.map(({ answer }) => answer.values.find(({ part }) => part === 'water')?.value ?? null);
  t.same(water, [null, 60, null, null, 74.9, null, 75, 85, 84.9, 85, 85]);
  t.end();
});

t.test('a minute is taken where the rows that it was made of are not there', (t) => {
  const directory = t.testdir();
  const [raw, minutes] = [databaseIn(directory), databaseIn(directory, 'chaudiere_minute.db')];
  writeChaudiere(raw, 'Chaudiere', [record(60_000), record(65_000), record(185_000, { temp0: -1 })]);
  writeChaudiere(
    minutes,
    'ChaudiereMinute',
    [0, 1, 2, 3, 4].map((minute) => record(minute * 60_000, { temp0: 50 + minute, watt0: null })),
  );
  const wanted = { '05:40:00': 50, '05:41:00': 61.5, '05:41:05': 61.5, '05:42:00': 52, '05:44:00': 54 };
  for (const paths of [[raw, minutes], [minutes, raw], [directory]]) {
    const { values, notes } = readChaudiere(paths);
    const water = [...values].filter(([name]) => name.startsWith('water '));
    t.same(Object.fromEntries(water.map(([name, value]) => [name.slice(17, 25), value])), wanted);
    const left = notes.filter(({ reason }) => reason === 'the rows that it was made of are there');
    t.same(
      left.map(({ row }) => row),
      [2, 4],
    );
  }
  t.end();
});

t.test('rows that were written again are one, and the first one stands', (t) => {
  const file = databaseIn(t.testdir());
  const again = [record(0, { temp0: null }), record(0, { temp0: 50 }), record(0, { temp0: 51 })];
  writeChaudiere(file, 'ChaudiereMinute', [record(-60_000), ...again, record(60_000)]);
  const { rows } = readChaudiere([file]);
  t.equal(rows.length, 5, 'each is given on, in the order in which they stand');
  const water = rows.map(({ answer }) => answer.values.find(({ part }) => part === 'water')?.value);
  t.same(water, [61.5, undefined, 50, 51, 61.5]);
  t.end();
});

t.test('a minute that was written a thousand times is kept in mind a few', (t) => {
  const file = databaseIn(t.testdir());
  writeChaudiere(
    file,
    'ChaudiereMinute',
    Array.from({ length: 1_000 }, () => record(0)),
  );
  t.equal(readChaudiere([file]).rows.length, 64);
  t.end();
});

t.test('the hour that comes twice is two hours, and the one that never comes is none', (t) => {
  const directory = t.testdir();
  const stepMs = 20_000;
  const across = (fromText: string, toText: string): readonly number[] => {
    const [fromMs, toMs] = [at(fromText), at(toText)];
    return Array.from({ length: (toMs - fromMs) / stepMs }, (_, index) => fromMs + index * stepMs);
  };
  const autumn = across('2019-10-26T22:00:00Z', '2019-10-27T04:00:00Z');
  const spring = across('2019-03-30T22:00:00Z', '2019-03-31T04:00:00Z');
  const hoursAhead = (atMs: number): number =>
    atMs >= at('2019-03-31T01:00:00Z') && atMs < at('2019-10-27T01:00:00Z') ? 2 : 1;
  for (const [name, times] of Object.entries({ autumn, spring })) {
    const file = databaseIn(directory, `${name}.db`);
    writeChaudiere(
      file,
      'Chaudiere',
      times.map((atMs) => ({ dt: written(atMs, hoursAhead(atMs)), temp0: 60 })),
    );
    const { rows, notes } = readChaudiere([file]);
    t.same(
      rows.map(({ atMs }) => atMs),
      times,
      name,
    );
    const twice = notes.filter(({ reason }) => reason.includes('twice'));
    t.equal(twice.length, name === 'autumn' ? 360 : 0);
  }
  t.end();
});

t.test('a clock that was set back by a second in the hour that comes twice stays in it', (t) => {
  const file = databaseIn(t.testdir());
  const times = ['02:59:50', '02:59:58', '02:59:57', '02:00:03', '02:10:00', '03:00:00'];
  writeChaudiere(
    file,
    'Chaudiere',
    times.map((time) => ({ dt: `2019-10-27 ${time}.000000`, temp0: 60 })),
  );
  t.same(
    readChaudiere([file]).rows.map(({ atMs }) => new Date(atMs).toISOString().slice(11, 19)),
    ['00:59:50', '00:59:57', '00:59:58', '01:00:03', '01:10:00', '02:00:00'],
  );
  t.end();
});

t.test('a time in the hour that was left out is taken, and named', (t) => {
  const file = databaseIn(t.testdir());
  writeChaudiere(file, 'Chaudiere', [{ dt: '2019-03-31 02:30:00.000000', temp0: 60 }]);
  const { rows, notes } = readChaudiere([file]);
  t.equal(rows[0]?.atMs, at('2019-03-31T01:30:00Z'));
  t.match(notes[0], { isTaken: true, row: 1, reason: /no clock has shown/ });
  t.end();
});

t.test('a home elsewhere says its zone', (t) => {
  const file = databaseIn(t.testdir());
  writeChaudiere(file, 'Chaudiere', [{ dt: '2019-07-01 12:00:00.000000', temp0: 60 }]);
  t.equal(readChaudiere([file], 'America/Toronto').rows[0]?.atMs, at('2019-07-01T16:00:00Z'));
  t.end();
});

t.test('times that are none, and those to come, are left out', (t) => {
  const file = databaseIn(t.testdir());
  const times = [
    null,
    '',
    'yesterday',
    '2019-02-30 00:00:00.000000',
    '1999-12-31 00:00:00.000000',
    '2020-06-02 00:00:00.0',
  ];
  writeChaudiere(
    file,
    'Chaudiere',
    times.map((dt) => ({ dt, temp0: 60 })),
  );
  const { rows, notes } = readChaudiere([file]);
  t.same(rows, []);
  t.same(
    notes.map(({ row }) => row),
    [1, 2, 3, 4, 5, 6],
  );
  t.end();
});

t.test('a database that is being written to is read with its log, and stays as it is', (t) => {
  const directory = t.testdir();
  const file = databaseIn(directory);
  writeChaudiere(file, 'Chaudiere', [record(0)], { isLogged: true });
  const writer = new Sqlite(file);
  writer.prepare('INSERT INTO Chaudiere (dt, temp0) VALUES (?, ?)').run(written(startMs + 5_000, winter), 62);
  const before = [readdirSync(directory), readFileSync(file)];
  const { values } = readChaudiere([file]);
  t.equal(values.get('water 2019-01-31T05:40:05.000Z'), 62);
  t.same([readdirSync(directory), readFileSync(file)], before);
  writer.close();
  t.end();
});

t.test('what is none of it is named, and the others are read', (t) => {
  const directory = t.testdir();
  const [good, other, cut] = ['good.db', 'users.db', 'cut.db'].map((name) => join(directory, name));
  if (good === undefined || other === undefined || cut === undefined) throw new RangeError();
  writeChaudiere(good, 'Chaudiere', [record(0)]);
  const users = new Sqlite(other);
  users.exec(
    'CREATE TABLE User (id INTEGER PRIMARY KEY, email TEXT); CREATE TABLE ChaudiereHour (dt TEXT, temp0 REAL)',
  );
  users.close();
  writeChaudiere(
    cut,
    'Chaudiere',
    Array.from({ length: 2_000 }, (_, index) => record(3_600_000 + index * 5_000)),
  );
  const whole = readFileSync(cut).length;
  truncateSync(cut, Math.floor(whole / 8_192) * 4_096);
  writeFileSync(join(directory, 'empty.db'), '');
  const { rows, notes } = readChaudiere([good, other, cut, join(directory, 'empty.db')]);
  t.ok(rows.length >= 1);
  const reasonOf = (name: string): string =>
    notes.find(({ file, isTaken }) => file.endsWith(name) && isTaken !== true)?.reason ?? '';
  t.match(reasonOf('users.db'), /no table Chaudiere/);
  t.match(reasonOf('cut.db'), /database cannot be read/);
  t.equal(reasonOf('empty.db'), 'it is empty');
  t.end();
});

t.test('a table with fewer columns, of an older version, is read by those that it has', (t) => {
  const file = databaseIn(t.testdir());
  const connection = new Sqlite(file);
  connection.exec('CREATE TABLE Chaudiere (id INTEGER PRIMARY KEY, dt DATETIME, temp0 FLOAT, temp1 FLOAT)');
  connection.prepare('INSERT INTO Chaudiere VALUES (1, ?, 60, 90)').run(written(startMs, winter));
  connection.close();
  t.equal(readChaudiere([file]).values.size, 2);
  t.end();
});

t.test('whatever its cells hold, nothing is read that was not written', (t) => {
  const anyCell = fc.oneof(
    fc.constant(null),
    fc.double({ noDefaultInfinity: false }),
    fc.integer({ min: -2_000, max: 8_000 }),
    fc.string({ maxLength: 8 }),
    fc.constantFrom(-1, 0, 85, 1_654),
  );
  const anyRecord = fc.record({
    dt: fc.oneof(
      fc.integer({ min: 0, max: 3_600 }).map((s) => written(startMs + s * 1_000, winter)),
      anyCell,
    ),
    ...{ temp0: anyCell, temp1: anyCell, watt1: anyCell, watt2: anyCell },
  });
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 30 }), fc.boolean(), (records, isMinute) => {
      const file = databaseIn(t.testdir());
      writeChaudiere(file, isMinute ? 'ChaudiereMinute' : 'Chaudiere', records);
      const { rows } = readChaudiere([file]);
      let beforeMs = -Infinity;
      for (const { atMs, answer } of rows) {
        if (atMs < beforeMs) return false;
        beforeMs = atMs;
        for (const { part, value } of answer.values) {
          const isMotor = part === 'igniter' || part === 'primaryFan';
          if (!Number.isFinite(value) || value === -1) return false;
          if (isMotor ? value < 0 || value > 6_144 : value < -55 || value > 125) return false;
        }
      }
      return true;
    }),
    { numRuns: 30 },
  );
  t.end();
});
