import t from 'tap';
import { inputFromText } from '../../../gateway/faces/commands/input-from-text.ts';

const schema = {
  type: 'object',
  properties: {
    count: { type: 'integer' },
    level: { type: ['number', 'null'] },
    on: { type: 'boolean' },
    name: { type: 'string' },
    scope: { type: 'array', items: { type: 'string' } },
    ids: { type: 'array', items: { type: 'integer' } },
  },
};

t.test('text gets the type that the schema asks for, and stays text where it is not of that type', (t) => {
  const table = [
    [{ count: '12' }, { count: 12 }],
    [{ count: '-3' }, { count: -3 }],
    [{ count: '' }, { count: '' }],
    [{ count: '0x10' }, { count: '0x10' }],
    [{ count: '1e9' }, { count: '1e9' }],
    [{ count: 'Infinity' }, { count: 'Infinity' }],
    [{ level: '1.5' }, { level: 1.5 }],
    [{ on: 'true' }, { on: true }],
    [{ on: '0' }, { on: false }],
    [{ on: 'maybe' }, { on: 'maybe' }],
    [{ name: '12' }, { name: '12' }],
    [{ scope: 'read, control' }, { scope: ['read', 'control'] }],
    [{ scope: ['read', 'admin'] }, { scope: ['read', 'admin'] }],
    [{ ids: '1,2,x' }, { ids: [1, 2, 'x'] }],
    [{ other: '1' }, { other: '1' }],
    [{ constructor: '1' }, { constructor: '1' }],
    [{ name: undefined }, {}],
  ] as const;
  for (const [texts, wanted] of table)
    t.strictSame(inputFromText(schema, texts), wanted, JSON.stringify(texts));
  t.end();
});

t.test('a name that would reach a prototype becomes a plain property', (t) => {
  const input = inputFromText(schema, JSON.parse('{"__proto__":"x"}') as Record<string, string>);
  t.ok(Object.hasOwn(input, '__proto__'));
  t.equal(Object.getPrototypeOf(input), Object.prototype);
  t.end();
});

t.test('a single value that is given twice is refused', (t) => {
  t.throws(() => inputFromText(schema, { count: ['1', '2'] }), { code: 'input_invalid' });
  t.end();
});
