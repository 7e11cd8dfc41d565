import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { ImportNote } from '../../../gateway/io/imports/import-format.ts';
import { importFormats } from '../../../gateway/io/imports/index.ts';
import { Ancestor } from './ancestor.ts';
import { energy, read, rooms, scratch, stamp, startMs } from './mesura-files.ts';

t.test('files that are none of it are named, and the others are read', (t) => {
  const ancestor = scratch(t);
  const { directory } = ancestor;
  const outside = mkdtempSync(join(directory, 'outside-'));
  writeFileSync(join(outside, 'x.csv'), 'timestamp\n');
  mkdirSync(join(directory, 'data'));
  ancestor.append('energy.csv', energy(startMs));
  symlinkSync(join(directory, 'energy.csv'), join(directory, 'data', 'energy.csv'));
  const inData = (name: string, content: string | Buffer): void =>
    writeFileSync(join(directory, 'data', name), content);
  inData('weather.csv', '');
  inData('evohome.csv', Buffer.from('\ufefftimestamp', 'utf16le'));
  inData('monitor.db', randomBytes(5_000));
  inData('rooms.csv', 'a;b;c\n1;2;3\n');
  inData('mine.csv', 'x');
  inData('temp.csv', `\ufefftimestamp,_1_A\n${stamp(startMs)},20\n`);
  mkdirSync(join(directory, 'data', 'energy.db'));
  const found = read(join(directory, 'data'));
  t.same(
    found.rows.map(({ place }) => place.file),
    ['temp.csv'],
  );
  t.same(found.values.get('evohome/zone-1 room_temperature_c')?.get(startMs), 20);
  t.same(found.notes.map(({ file, reason }) => `${file}: ${reason.slice(0, 24)}`).sort(), [
    'energy.csv: it is a link that leads ',
    'energy.db: it is no plain file',
    'evohome.csv: it is written in UTF-16:',
    'mine.csv: mesura has no file of th',
    'monitor.db: it is no SQLite database',
    'rooms.csv: its columns are those of',
    'weather.csv: it is empty',
  ]);
  t.throws(() => read(outside), { code: 'not_found', hint: /energy\.csv/ });
  mkdirSync(join(outside, 'data'));
  t.throws(() => read(outside), { code: 'not_found', hint: /name .*data$/ });
  t.throws(() => read(join(directory, 'nothing')), { code: 'not_found' });
  t.throws(() => read('/dev/null'), { code: 'input_invalid' });
  t.equal(read(join(directory, 'data', 'energy.csv')).rows.length, 1, 'by itself it is read');
  t.end();
});

t.test('a file that is cut while it is read says so', (t) => {
  const ancestor = scratch(t);
  for (let index = 0; index < 3; index += 1) ancestor.append('rooms.csv', rooms(startMs + index * 60_000));
  const path = join(ancestor.directory, 'rooms.csv');
  const notes: ImportNote[] = [];
  const options = {
    zone: 'UTC',
    nowMs: Date.UTC(2026, 0, 1),
    note: (note: ImportNote) => void notes.push(note),
  };
  const format = importFormats.find(({ id }) => id === 'mesura');
  const reader = format?.open([ancestor.directory], options);
  truncateSync(path, readFileSync(path).length - '18\r\n'.length);
  t.same([reader?.rowCount, [...(reader?.rows() ?? [])].length], [3, 2]);
  t.match(notes, [{ row: 4, reason: 'the file has changed meanwhile' }]);
  reader?.close();
  t.end();
});

t.test('nothing that happens to a file makes it say what was not written', (t) => {
  const ancestor = scratch(t);
  const wanted = new Set<string>();
  for (let index = 0; index < 40; index += 1) {
    const record = energy(startMs + index * 60_000, { active_power_w: index, meter_model: 'a "b", c' });
    wanted.add(`${startMs + index * 60_000} ${index}`);
    ancestor.append('energy.csv', record);
    ancestor.store('energy.db', 'energy', record);
  }
  ancestor.close();
  const whole = new Map(
    ['energy.csv', 'energy.db'].map((name) => [name, readFileSync(join(ancestor.directory, name))]),
  );
  const powers = (name: string): string[] =>
    [...(read(join(ancestor.directory, name)).values.get('energy grid_power_w') ?? [])].map(
      ([atMs, value]) => `${atMs} ${value}`,
    );
  fc.assert(
    fc.property(
      fc.constantFrom('energy.csv', 'energy.db'),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.uint8Array({ maxLength: 300 }),
      (name, share, garbage) => {
        const bytes = whole.get(name) ?? Buffer.alloc(0);
        const path = join(ancestor.directory, name);
        writeFileSync(path, bytes);
        truncateSync(path, Math.floor(bytes.length * share));
        const cut = powers(name);
        t.ok(
          cut.every((one) => wanted.has(one)),
          `${name} cut at ${share}`,
        );
        if (name === 'energy.db') return;
        appendFileSync(path, Buffer.concat([Buffer.from('\n'), garbage, Buffer.from('\n')]));
        t.ok(powers(name).length >= cut.length - 1);
      },
    ),
    { numRuns: 20 },
  );
  t.end();
});

t.test('any folder is read back: whatever its files are called, in whatever order', (t) => {
  const one = fc.record({
    minute: fc.integer({ min: 0, max: 500 }),
    power: fc.integer({ min: -9_000, max: 9_000 }),
    room: fc.option(fc.integer({ min: 100, max: 300 }), { nil: null }),
    file: fc.constantFrom('monitor.db', 'rooms.db', 'rooms.csv', 'evohome.csv'),
  });
  let number = 0;
  const top = t.testdir();
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 15 }), (picked) => {
      number += 1;
      const directory = join(top, String(number));
      mkdirSync(directory);
      const ancestor = new Ancestor(directory);
      const known = new Map<number, (typeof picked)[number]>();
      for (const each of picked) if (!known.has(each.minute)) known.set(each.minute, each);
      for (const { minute, power, room, file } of known.values()) {
        const atMs = startMs + minute * 60_000;
        const temperature = room === null ? null : room / 10;
        const record = rooms(atMs, { _3432521_Living_Room: temperature });
        if (file.endsWith('.csv')) ancestor.append(file, record);
        else ancestor.store(file, file === 'monitor.db' ? 'evohome' : 'readings', record);
        ancestor.append('energy.csv', energy(atMs, { active_power_w: power }));
      }
      ancestor.close();
      const { values, rows } = read(directory);
      const times = rows.map(({ atMs }) => atMs);
      t.same(
        times,
        times.toSorted((left, right) => left - right),
      );
      for (const [minute, { power, room }] of known) {
        const atMs = startMs + minute * 60_000;
        t.equal(values.get('energy grid_power_w')?.get(atMs), power);
        const read1 = values.get('evohome/zone-3432521 room_temperature_c')?.get(atMs);
        t.equal(read1, room === null ? undefined : room / 10);
      }
    }),
    { numRuns: 15 },
  );
  t.end();
});
