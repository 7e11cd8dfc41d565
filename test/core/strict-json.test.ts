import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { parseStrictJson } from '../../gateway/core/strict-json.ts';

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));

t.test('JSON that two readers could understand differently is refused, and says why', async (t) => {
  const table: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ['', /not JSON/],
    ['{"a":1 1}', /not JSON, at position 7/],
    ['{"a":', /not JSON/],
    ['{"a":NaN}', /not JSON/],
    ['{"a":Infinity}', /not JSON/],
    ['{"a":01}', /not JSON/],
    ['{"a":1,}', /not JSON/],
    ['{"a":1}{"a":2}', /not JSON/],
    ["{'a':1}", /not JSON/],
    ['{"a":1e999}', /number 1e999/],
    ['{"a":-1e999}', /number -1e999/],
    ['[1e-999]', /number 1e-999/],
    ['{"a":9007199254740993}', /9007199254740993/],
    ['{"a":[-9007199254740992]}', /-9007199254740992/],
    ['{"a":1,"a":2}', /"a" twice/],
    ['{"a":1,"\\u0061":2}', /"a" twice/],
    ['{"x":{"b":1,"c":[{"d":1}],"b":2}}', /"b" twice/],
    ['{"__proto__":{"a":1}}', /__proto__/],
    ['{"\\u005f_proto__":{"a":1}}', /__proto__/],
    ['{"a":[{"__proto__":1}]}', /__proto__/],
    ['{"a":"\\ud800"}', /surrogate/],
    ['{"\\udc00":1}', /surrogate/],
    ['["\\ud800\\ud800"]', /surrogate/],
    ['\uFEFF{}', /byte order mark/],
    [bytes(0xef, 0xbb, 0xbf, '{}'), /byte order mark/],
    [bytes('{"a":"', 0xff, '"}'), /UTF-8/],
    [bytes('{"a":"', 0xed, 0xa0, 0x80, '"}'), /UTF-8/],
    [`${'['.repeat(33)}${']'.repeat(33)}`, /deeper than 32/],
    [`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, /deeper than 32/],
    ['['.repeat(60_000), /not JSON/],
    [`${'['.repeat(30_000)}${']'.repeat(30_000)}`, /deeper/],
  ];
  for (const [body, message] of table) {
    const shown = typeof body === 'string' ? body.slice(0, 40) : Buffer.from(body).toString('latin1');
    t.throws(() => parseStrictJson(body), { code: 'input_invalid', message }, shown);
  }
});

t.test('what holds a colon, a bracket or a quote in a text is no name, level or end', async (t) => {
  for (const text of [
    '{"a":"b\\":{[","c":"d"}',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '["a","a",{"a":"a"}]',
    '"\\ud83d\\ude00"',
    '{"":1,"constructor":{"prototype":1},"e":"\\u2028"}',
    `${'['.repeat(32)}${']'.repeat(32)}`,
    '[0,-0,0e5,0.0,1e-300,9007199254740991,1.5e300,1E+2]',
  ]) {
    deepStrictEqual(parseStrictJson(text), JSON.parse(text));
    deepStrictEqual(parseStrictJson(Buffer.from(text)), JSON.parse(text));
    t.pass(text.slice(0, 40));
  }
  const long = 'x\\n'.repeat(100_000);
  t.equal(parseStrictJson(`"${long}"`), 'x\n'.repeat(100_000));
});

t.test('all that JSON.stringify writes of values that JSON holds is read as it was', async (t) => {
  const value = fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' }).filter((each) => {
    const text = JSON.stringify(each);
    return !/__proto__/.test(text) && !/\d{16}/.test(text);
  });
  fc.assert(
    fc.property(value, (each) => {
      const text = JSON.stringify(each);
      deepStrictEqual(parseStrictJson(text), JSON.parse(text));
    }),
    { numRuns: 500 },
  );
  t.pass('500 values');
});
