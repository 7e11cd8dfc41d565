import { readdirSync } from 'node:fs';
import t from 'tap';
import { sinks } from '../../../gateway/io/sinks/index.ts';

for (const sink of sinks) {
  t.test(`${sink.id} says what it is and what it can be told`, (t) => {
    const files = readdirSync(new URL('../../../gateway/io/sinks/', import.meta.url));
    t.ok(files.includes(`${sink.id}.ts`), 'it is named as its file');
    t.match(sink.title, /\S/);
    t.match(sink.source, /\S/);
    for (const [name, field] of Object.entries(sink.options)) {
      t.match(name, /^[a-z][A-Za-z0-9]*$/);
      t.match(field.description, /\.$/, `${name} is described in a sentence`);
      t.notOk(field.isSecret && field.default !== undefined, `${name}: a secret has no default`);
      if (field.type === 'choice') t.ok(field.values?.length, `${name} has choices`);
    }
    t.end();
  });
}

t.test('every sink has a name of its own', (t) => {
  const ids = sinks.map(({ id }) => id);
  t.same(ids, [...new Set(ids)]);
  t.end();
});
