import fc from 'fast-check';
import t from 'tap';
import { canonicalText } from '../../verify/canonical-text.ts';
import { parseJson } from '../../verify/json-text.ts';

t.test('whatever JSON.stringify writes is read as JSON.parse reads it', (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }), fc.nat(3), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const read = parseJson(text);
      t.same(JSON.stringify(read), JSON.stringify(JSON.parse(text)), text);
      t.equal(
        canonicalText(parseJson(canonicalText(read ?? null)) ?? null),
        canonicalText(read ?? null),
        text,
      );
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('a text that others could read in another way is not read', (t) => {
  for (const text of [
    ...[
      '',
      ' ',
      '{',
      '}',
      '[1',
      '[1,]',
      '[,1]',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{a:1}',
      "{'a':1}",
      '1 2',
      'tru',
    ],
    ...[
      '01',
      '+1',
      '.5',
      '1.',
      '1e',
      '-',
      '0x1',
      'NaN',
      'Infinity',
      '-Infinity',
      '1e999',
      '-1e999',
      '1e-999',
    ],
    ...['9007199254740993', '0.1000000000000000055', '1.00000000000000000001'],
    ...['"', '"\n"', '"\t"', '"\\x"', '"\\u12"', '"\\ud800"', '"\\udc00\\ud800"', '\ufeff1'],
    ...[
      '{"a":1,"a":1}',
      '{"a":1,"\\u0061":1}',
      '{"__proto__":1,"__proto__":2}',
      `${'['.repeat(66)}${']'.repeat(66)}`,
    ],
  ]) {
    t.equal(parseJson(text), undefined, text);
  }
  t.end();
});

t.test('a number may be written in every way that says the same', (t) => {
  const same: readonly (readonly [string, string])[] = [
    ...([
      ['1.0', '1'],
      ['10e-1', '1'],
      ['-0', '0'],
      ['-0.0e5', '0'],
      ['1E21', '1e+21'],
    ] as const),
    ...([
      ['1000000000000000000000', '1e+21'],
      ['0.0000001', '1e-7'],
      ['5E-324', '5e-324'],
    ] as const),
    ...([
      ['9007199254740992.0', '9007199254740992'],
      ['0.30000000000000004', '0.30000000000000004'],
    ] as const),
    ...([
      ['123456789012345680000', '123456789012345680000'],
      ['1e-400000000000000000000', ''],
    ] as const),
  ];
  for (const [text, canonical] of same) {
    const value = parseJson(text);
    t.equal(value === undefined ? '' : canonicalText(value), canonical, text);
  }
  t.end();
});

t.test('names are names, whatever an object of JavaScript makes of them', (t) => {
  const text = '{"10":1,"9":2,"__proto__":3,"constructor":4,"é":5,"😀":6,"ﬁ":7}';
  t.equal(canonicalText(parseJson(text) ?? null), text);
  t.end();
});
