import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { learnedKey, parseLearned } from '../../../gateway/io/drivers/learned-addresses.ts';

const range = { table: 'input', address: 5_000, count: 3 } as const;
const from = { driver: 'd', model: '', firmware: '', serialNumber: '' };

t.test('what was saved is read back, through JSON', (t) => {
  for (const learned of [
    { version: 1, refused: [] },
    { version: 1, refused: [range, { table: 'holding', address: 65_535, count: 1 }] },
    { version: 1, registersMax: 50, refused: [range] },
  ]) {
    t.strictSame(parseLearned(JSON.parse(JSON.stringify(learned))), learned);
  }
  t.end();
});

t.test('what is damaged or foreign is refused, by name', (t) => {
  const cases: [unknown, RegExp][] = [
    [undefined, /the entry is not an object/],
    [null, /not an object/],
    ['text', /not an object/],
    [[], /not an object/],
    [{}, /version/],
    [{ version: 2, refused: [] }, /version is 2, not 1/],
    [{ version: 1 }, /"refused" is not a list/],
    [{ version: 1, refused: {} }, /"refused" is not a list/],
    [{ version: 1, refused: Array.from({ length: 1_001 }, () => range) }, /at most 1000/],
    [{ version: 1, refused: [], more: 1 }, /unknown key "more"/],
    [{ version: 1, refused: [], registersMax: 0 }, /registersMax is not a whole number from 1 to 125/],
    [{ version: 1, refused: [], registersMax: 126 }, /registersMax/],
    [{ version: 1, refused: [range, 7] }, /refused\[1\] is not an object/],
    [{ version: 1, refused: [{ ...range, table: 'coil' }] }, /refused\[0\]\.table/],
    [{ version: 1, refused: [{ ...range, address: -1 }] }, /refused\[0\]\.address/],
    [{ version: 1, refused: [{ ...range, address: 1.5 }] }, /address/],
    [{ version: 1, refused: [{ ...range, count: 0 }] }, /refused\[0\]\.count/],
    [
      { version: 1, refused: [{ ...range, address: 65_535, count: 2 }] },
      /count is not a whole number from 1 to 1$/m,
    ],
    [{ version: 1, refused: [{ ...range, name: 'x' }] }, /refused\[0\] has an unknown key "name"/],
  ];
  cases.forEach(([stored, message], index) => {
    t.throws(() => parseLearned(stored), { code: 'input_invalid', message }, `case ${index}`);
  });
  t.end();
});

t.test('any JSON is either what was saved or refused', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (stored) => {
      try {
        assert.deepEqual(parseLearned(stored), stored);
      } catch (error) {
        assert.equal(errorCodeOf(error), 'input_invalid');
      }
    }),
    { numRuns: 500 },
  );
  t.end();
});

t.test('keys are for model and firmware, for one device that names neither, and for nobody else', (t) => {
  const keys = [
    { ...from, model: 'SH10RT', firmware: '1' },
    { ...from, model: 'SH10RT', firmware: '2' },
    { ...from, model: 'SH10RT' },
    { ...from, firmware: 'SH10RT' },
    { ...from, driver: 'e', model: 'SH10RT', firmware: '1' },
    { ...from, model: '1"', firmware: '' },
    { ...from, serialNumber: 'A1' },
    { ...from, serialNumber: 'A2' },
  ].map(learnedKey);
  t.equal(new Set(keys).size, keys.length, keys.join(' '));
  t.notOk(keys.includes(undefined));
  t.equal(
    learnedKey({ ...from, model: 'M', serialNumber: 'A1' }),
    learnedKey({ ...from, model: 'M', serialNumber: 'A2' }),
    'devices of one model share',
  );
  t.equal(learnedKey(from), undefined);
  t.end();
});
