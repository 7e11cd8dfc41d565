import fc from 'fast-check';
import t from 'tap';
import type { ControlDefinition, WritableRegister } from '../../../gateway/io/drivers/control-definition.ts';
import { checkSetPoint, encodeTimer, encodeWrite } from '../../../gateway/io/drivers/control-writes.ts';
import { decodeField } from '../../../gateway/io/drivers/decode.ts';
import type { WordOrder } from '../../../gateway/io/drivers/register-map.ts';

const big = { wordOrder: 'big', exponent: 0 } as const;

function words(
  register: WritableRegister,
  value: number,
  state: Parameters<typeof encodeWrite>[2] = big,
): number[] {
  return [...encodeWrite(register, value, state).write.words];
}

t.test('values are encoded as the manual of each encoding says', (t) => {
  const at = { address: 100 };
  t.same(words({ ...at, encoding: 'u16' }, 65_535), [0xffff]);
  t.same(words({ ...at, encoding: 's16' }, -1), [0xffff]);
  t.same(words({ ...at, encoding: 's16', scale: -1 }, 1_500), [0xfa24]);
  t.same(words({ ...at, encoding: 'u16', scale: 0.1 }, 23.7), [237]);
  t.same(words({ ...at, encoding: 'u32' }, 0x12345678), [0x1234, 0x5678]);
  t.same(words({ ...at, encoding: 'u32', wordOrder: 'little' }, 0x12345678), [0x5678, 0x1234]);
  t.same(words({ ...at, encoding: 's32' }, -2), [0xffff, 0xfffe]);
  t.same(words({ ...at, encoding: 's32' }, -2, { ...big, wordOrder: 'little' }), [0xfffe, 0xffff]);
  t.same(words({ ...at, encoding: 'f32' }, 1.5), [0x3fc0, 0]);
  t.same(words({ ...at, encoding: 'u16' }, 55.5, { ...big, exponent: -2 }), [5_550]);
  t.same(words({ ...at, encoding: 'u16' }, 5_000, { ...big, exponent: 2 }), [50]);
  t.same(words({ ...at, encoding: 's16', scale: -1 }, 0), [0], 'minus zero is zero');
  t.end();
});

t.test('what does not fit is refused, never cut to its lower bits', (t) => {
  const cases: readonly (readonly [WritableRegister['encoding'], readonly number[]])[] = [
    ['u16', [-1, 65_536, 66_000, NaN, Infinity]],
    ['s16', [-32_769, 32_768, 65_535]],
    ['u32', [-1, 4_294_967_296]],
    ['s32', [2_147_483_648, -2_147_483_649]],
    ['f32', [4e38, -Infinity, NaN]],
  ];
  for (const [encoding, values] of cases) {
    for (const value of values) {
      t.throws(() => encodeWrite({ address: 7, encoding }, value, big), {
        code: 'control_refused',
        message: /cannot be written to register 7/,
      });
    }
  }
  t.end();
});

t.test('what is encoded decodes to the same value, rounded to the register', (t) => {
  const encodings = ['u16', 's16', 'u32', 's32'] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...encodings),
      fc.constantFrom<WordOrder>('big', 'little'),
      fc.constantFrom(1, 0.1, 10, -1, -0.01),
      fc.double({ min: -4e9, max: 4e9, noNaN: true }),
      (encoding, wordOrder, scale, value) => {
        const register: WritableRegister = { address: 1, encoding, scale };
        let encoded;
        try {
          encoded = encodeWrite(register, value, { wordOrder, exponent: 0 });
        } catch {
          return true;
        }
        const field = {
          name: 'x',
          table: 'holding',
          address: 1,
          encoding,
          scale,
          min: -Infinity,
          max: Infinity,
        } as const;
        const decoded = decodeField(field, encoded.write.words, wordOrder).value;
        return (
          Math.abs(decoded - value) <= Math.abs(scale) / 2 + 1e-6 && encoded.isHeldIn(encoded.write.words)
        );
      },
    ),
  );
  t.end();
});

t.test('a read-back that differs in one bit is not what was written, and says what it is', (t) => {
  const encoded = encodeWrite({ address: 9, encoding: 'u32', scale: 0.1 }, 1_500, big);
  t.ok(encoded.isHeldIn(Uint16Array.of(0, 15_000)));
  t.notOk(encoded.isHeldIn(Uint16Array.of(0, 15_001)));
  t.notOk(encoded.isHeldIn(Uint16Array.of(15_000)));
  t.equal(encoded.differenceTo(Uint16Array.of(0, 15_001)), 'register 9 holds 1500.1 after 1500 was written');
  t.same(encoded.range, { table: 'holding', address: 9, count: 2 });
  t.equal(encoded.write.functionCode, 16);
  t.end();
});

t.test('a timer that runs may hold less than was written, but not nothing, and not more', (t) => {
  const timer = encodeTimer({ address: 9, encoding: 'u16' }, 60, big);
  t.ok(timer.isHeldIn(Uint16Array.of(60)));
  t.ok(timer.isHeldIn(Uint16Array.of(58)));
  t.notOk(timer.isHeldIn(Uint16Array.of(0)));
  t.notOk(timer.isHeldIn(Uint16Array.of(61)));
  t.end();
});

const control: ControlDefinition = {
  name: 'battery_power_w',
  source: 'made up',
  min: -1,
  max: 1,
  step: 0.1,
  minIntervalMs: 0,
  writesPerYearMax: 1,
  set: [],
  revert: [],
};

t.test('set points on a step pass, however the step looks in binary', (t) => {
  for (let step = -10; step <= 10; step += 1) checkSetPoint(control, step / 10);
  for (const value of [0.05, 1.01, -1.1, 0.30001, NaN]) {
    t.throws(() => checkSetPoint(control, value), { code: 'control_refused' }, `${value}`);
  }
  t.end();
});

t.test('what the device is rated for bounds both directions', (t) => {
  checkSetPoint(control, -0.5, 0.5);
  t.throws(() => checkSetPoint(control, 0.6, 0.5), { message: /rated for/ });
  t.throws(() => checkSetPoint(control, -0.6, 0.5), { message: /rated for/ });
  t.end();
});
