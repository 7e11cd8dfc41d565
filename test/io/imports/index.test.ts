import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { importFormats } from '../../../gateway/io/imports/index.ts';
import { sources } from '../../../gateway/io/sources/index.ts';

const id = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const kinds = new Set(sources.map((source) => source.id));

for (const format of importFormats) {
  t.test(`${format.id}: its groups go to sources that there are`, (t) => {
    t.match(format.id, id);
    t.not(format.title, '');
    t.not(format.source, '');
    t.ok(format.groups.length > 0);
    for (const { id: group, kind, device } of format.groups) {
      t.match(group, id);
      t.match(device, id);
      // What is of the boiler is read by whatever it is watched by.
      t.ok(kind === undefined || kinds.has(kind), `${kind}`);
    }
    const names = format.groups.map((group) => group.id);
    t.equal(new Set(names).size, names.length);
    t.end();
  });

  t.test(`${format.id}: what is not there, or is something else, is named`, (t) => {
    const directory = t.testdir({ empty: {}, 'letter.txt': 'Dear Ann,\n' });
    const options = { zone: 'UTC', nowMs: Date.UTC(2026, 0, 1), note: () => undefined };
    const open = (path: string): unknown => format.open([path], options);
    t.throws(() => open(join(directory, 'nothing')), { code: 'not_found', hint: /.+/ });
    t.throws(() => open(join(directory, 'empty')), { code: 'not_found', hint: /.+/ });
    t.throws(() => open('/dev/null'), { code: 'input_invalid', hint: /.+/ });
    const notes: unknown[] = [];
    const reader = format.open([join(directory, 'letter.txt')], {
      ...options,
      note: (note) => void notes.push(note),
    });
    t.same([reader.rowCount, [...reader.rows()], reader.tables], [0, [], []]);
    reader.close();
    t.match(notes, [{ file: /letter\.txt$/, reason: /.+/ }]);
    mkdirSync(join(directory, 'empty', 'more'));
    writeFileSync(join(directory, 'empty', 'notes.md'), 'x');
    t.throws(() => open(join(directory, 'empty')), { code: 'not_found' });
    t.same(readdirSync(join(directory, 'empty')), ['more', 'notes.md'], 'nothing is made there');
    t.end();
  });
}
