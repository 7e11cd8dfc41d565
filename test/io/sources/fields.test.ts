import fc from 'fast-check';
import t from 'tap';
import '../../property-seed.ts';
import {
  flatten,
  listAt,
  numberAt,
  objectAt,
  readFields,
  textAt,
} from '../../../gateway/io/sources/fields.ts';
import type { FieldRow } from '../../../gateway/io/sources/fields.ts';

const invalid = (where: string | RegExp) => ({ code: 'answer_invalid', facts: { where }, hint: /\S/ });

t.test('an answer becomes names and what stands there', (t) => {
  const flat = flatten({
    a: { b: 1, c: { d: 'x' } },
    list: [{ n: 0 }, 2, [3], 'y'],
    yes: true,
    no: false,
    none: null,
    empty: {},
    nothing: [],
    text: '',
    endless: JSON.parse('1e999') as unknown,
  });
  t.same(Object.fromEntries(flat.values), {
    'a.b': 1,
    'list[0].n': 0,
    'list[1]': 2,
    'list[2][0]': 3,
    yes: 1,
    no: 0,
  });
  t.same(Object.fromEntries(flat.texts), { 'a.c.d': 'x', 'list[3]': 'y', text: '' });
  t.same(Object.fromEntries(flatten([5]).values), { '[0]': 5 });
  t.same(Object.fromEntries(flatten({ a: { b: 1, c: 2 }, d: 3 }, { without: ['a.b', 'd'] }).values), {
    'a.c': 2,
  });
  t.end();
});

t.test('names that would break a line, or an object, are harmless', (t) => {
  const flat = flatten(JSON.parse('{"a\\nb":1,"__proto__":{"x":2},"constructor":3,"\\ud800":"\\udfff"}'));
  t.same(
    [...flat.values],
    [
      ['a\ufffdb', 1],
      ['__proto__.x', 2],
      ['constructor', 3],
    ],
  );
  t.same([...flat.texts], [['\ufffd', '\ufffd']]);
  t.same([...flatten({ 'a.b': 1, a: { b: 2 } }).values], [['a.b', 1]], 'a name comes once');
  t.end();
});

t.test('an answer has its bounds, and the error says where it leaves them', (t) => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
  t.equal(flatten(nested(16)).values.size, 1);
  t.throws(() => flatten(nested(17)), invalid(/^a\.a\./));
  t.equal(flatten(Array.from({ length: 500 }, (_, index) => index)).values.size, 500);
  t.throws(() => flatten(Array.from({ length: 501 }, (_, index) => index)), invalid('[500]'));
  t.equal(flatten({ ['n'.repeat(200)]: 1 }).values.size, 1);
  t.throws(() => flatten({ ['n'.repeat(201)]: 1 }), invalid('n'.repeat(200)));
  t.equal(flatten({ a: 'x'.repeat(1_000) }).texts.size, 1);
  t.throws(() => flatten({ a: 'x'.repeat(1_001) }), invalid('a'));
  for (const value of [5, 'text', true, undefined])
    t.throws(() => flatten(value), invalid('body'), String(value));
  t.equal(flatten(null).values.size, 0);
  t.end();
});

const answer = { a: { b: [{ n: 1.5, t: 'x', o: {}, zero: null }] }, list: [] };

t.test('what stands at a path is taken when it is what it must be', (t) => {
  t.equal(numberAt(answer, 'a.b[0].n'), 1.5);
  t.equal(textAt(answer, 'a.b[0].t'), 'x');
  t.same(objectAt(answer, 'a.b[0].o'), {});
  t.same(objectAt(answer, ''), answer);
  t.same(listAt(answer, 'list'), []);
  t.same(listAt([1], ''), [1]);
  t.end();
});

t.test('what is not what it must be is refused, naming where and never what', (t) => {
  t.throws(() => numberAt(answer, 'a.b[0].t'), {
    ...invalid('a.b[0].t'),
    message: /a number at a\.b\[0\]\.t, but a text/,
  });
  t.throws(() => numberAt(answer, 'a.b[0].zero'), { message: /but null/ });
  t.throws(() => numberAt(answer, 'a.b[1].n'), { message: /but nothing/ });
  t.throws(() => numberAt({ a: '5' }, 'a'), invalid('a'));
  t.throws(() => numberAt({ a: Infinity }, 'a'), invalid('a'));
  t.throws(() => textAt(answer, 'a.b[0].n'), { message: /a text at .*, but a number/ });
  t.throws(() => textAt({ a: 'x'.repeat(1_001) }, 'a'), invalid('a'));
  t.throws(() => objectAt(answer, 'list'), { message: /an object at list, but a list/ });
  t.throws(() => objectAt(null, ''), invalid('body'));
  t.throws(() => objectAt(answer, '__proto__'), invalid('__proto__'));
  t.throws(() => listAt(answer, 'a'), { message: /a list at a, but an object/ });
  for (const path of ['constructor', '__proto__', 'a.constructor', 'list.length', 'a.b.length'])
    t.throws(() => numberAt(answer, path), invalid(path));
  t.end();
});

const table: readonly FieldRow[] = [
  { path: 'power.w', quantity: 'grid_power_w', negate: true, min: -20_000, max: 20_000, isRequired: true },
  { path: 'energy[0]', quantity: 'grid_import_kwh', scale: 0.001, min: 0 },
  { path: 'soc', quantity: 'battery_soc_pct', min: 0, max: 100 },
  { path: 'online', quantity: 'device_status', isBoolean: true },
];

t.test('known fields become quantities, and the others are kept as they are called', (t) => {
  const read = readFields(table, {
    power: { w: 1_500, va: 1_600 },
    energy: [12_345, 9],
    soc: null,
    online: true,
    id: 'abc',
    grid_power_w: 7,
  });
  t.same(read.values, [
    { quantity: 'grid_power_w', value: -1_500, quality: 'good' },
    { quantity: 'grid_import_kwh', value: 12.345, quality: 'good' },
    { quantity: 'device_status', value: 1, quality: 'good' },
    { quantity: 'power.va', value: 1_600 },
    { quantity: 'energy[1]', value: 9 },
    { quantity: 'raw.grid_power_w', value: 7 },
  ]);
  t.same(read.texts, [{ quantity: 'id', text: 'abc' }]);
  t.end();
});

t.test('a value out of its range is suspect, and is as it was said', (t) => {
  const { values } = readFields(table, { power: { w: 20_001 }, energy: [-1], soc: 100.1 });
  t.same(
    values.map(({ value, quality }) => [value, quality]),
    [
      [-20_001, 'suspect'],
      [-0.001, 'suspect'],
      [100.1, 'suspect'],
    ],
  );
  t.match(readFields(table, { power: { w: 20_000 }, soc: 0 }).values, [
    { quality: 'good' },
    { quality: 'good' },
  ]);
  t.ok(Object.is(readFields(table, { power: { w: 0 } }).values[0]?.value, 0), 'zero has no sign');
  t.end();
});

t.test('a part is said with everything of it', (t) => {
  const read = readFields(table, { power: { w: 1 }, x: 2, y: 'z' }, { part: 'phase-1', without: ['x'] });
  t.same(read, {
    values: [{ quantity: 'grid_power_w', value: -1, quality: 'good', part: 'phase-1' }],
    texts: [{ quantity: 'y', text: 'z', part: 'phase-1' }],
  });
  t.end();
});

t.test('a known field of another type, or one that is missing, refuses the whole answer', (t) => {
  const bad: readonly (readonly [unknown, string])[] = [
    [{ power: { w: '1500' } }, 'power.w'],
    [{ power: { w: true } }, 'power.w'],
    [{ power: { w: {} } }, 'power.w'],
    [{ power: { w: [] } }, 'power.w'],
    [{ power: { w: null } }, 'power.w'],
    [{ power: 5 }, 'power.w'],
    [{ soc: 50 }, 'power.w'],
    [{ power: { w: 1 }, online: 1 }, 'online'],
    [{ power: { w: 1 }, soc: Infinity }, 'soc'],
    [{ power: { w: 1 }, soc: '' }, 'soc'],
  ];
  for (const [value, where] of bad)
    t.throws(() => readFields(table, value), invalid(where), JSON.stringify(value));
  t.throws(() => readFields(table.slice(1), { error: 'no data' }), invalid('body'), 'none that is known');
  t.throws(() => readFields(table.slice(1), { energy: [Infinity] }), invalid('energy[0]'));
  t.end();
});

t.test('whatever is answered, it is read or refused; numbers are numbers and names come once', (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      try {
        const { values, texts } = readFields(table.slice(1), { soc: 5, inner: value });
        const names = [...values, ...texts].map(({ quantity }) => quantity);
        return values.every((one) => Number.isFinite(one.value)) && new Set(names).size === names.length;
      } catch (error) {
        return (error as { readonly code?: unknown }).code === 'answer_invalid';
      }
    }),
  );
  t.end();
});
