import fc from 'fast-check';
import t from 'tap';
import { canonicalJson, type JsonValue } from '../../gateway/core/canonical-json.ts';

void t.test('the example of RFC 8785, section 3.2.2', (t) => {
  const value = {
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  const expected =
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
    '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
  t.equal(canonicalJson(value), expected);
  t.end();
});

void t.test('names are in the order of their UTF-16 units, as in RFC 8785, section 3.2.3', (t) => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  const names = Object.values(JSON.parse(canonicalJson(value)) as Record<string, string>).sort();
  t.equal(names.length, 7);
  const order = [...canonicalJson(value).matchAll(/:"([A-Z][a-z]+)/g)].map((match) => match[1]);
  t.same(order, ['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew']);
  t.end();
});

void t.test(
  'whatever JSON can hold keeps its meaning, and its text does not depend on the order of names',
  (t) => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        let text: string;
        try {
          text = canonicalJson(value);
        } catch (error) {
          // Only halves of surrogate pairs are refused here.
          t.match(error, { code: 'input_invalid' });
          return;
        }
        const again = JSON.parse(text) as JsonValue;
        t.strictSame(again, JSON.parse(JSON.stringify(value)));
        t.equal(canonicalJson(reversed(again)), text);
      }),
    );
    t.end();
  },
);

void t.test('what has no canonical form is refused', (t) => {
  const code = { code: 'input_invalid' };
  t.throws(() => canonicalJson(NaN), code);
  t.throws(() => canonicalJson({ a: [Infinity] }), code);
  t.throws(() => canonicalJson('\ud800'), code);
  t.throws(() => canonicalJson({ '\udc00': 1 }), code);
  let deep: JsonValue = 1;
  for (let depth = 0; depth < 65; depth += 1) deep = [deep];
  t.throws(() => canonicalJson(deep), code);
  t.equal(canonicalJson({ present: 1, absent: undefined }), '{"present":1}');
  t.equal(canonicalJson(-0), '0');
  t.end();
});

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member as JsonValue)]),
  );
}
