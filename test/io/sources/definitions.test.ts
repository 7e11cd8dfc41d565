import { readdirSync } from 'node:fs';
import t from 'tap';
import { sources } from '../../../gateway/io/sources/index.ts';

for (const source of sources) {
  t.test(`${source.id} says what it is and what it can be told`, (t) => {
    const files = readdirSync(new URL('../../../gateway/io/sources/', import.meta.url));
    t.ok(files.includes(`${source.id}.ts`), 'it is named as its file');
    t.match(source.title, /\S/);
    t.match(source.source, /\S/);
    for (const [name, field] of Object.entries(source.options)) {
      t.match(name, /^[a-z][A-Za-z0-9]*$/);
      t.match(field.description, /\.$/, `${name} is described in a sentence`);
      t.notOk(field.isSecret && field.default !== undefined, `${name}: a secret has no default`);
      if (field.type === 'choice') t.ok(field.values?.length, `${name} has choices`);
    }
    t.end();
  });
}

t.test('every source has a name of its own', (t) => {
  const ids = sources.map(({ id }) => id);
  t.same(ids, [...new Set(ids)]);
  t.end();
});
