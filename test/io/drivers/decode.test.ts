import fc from 'fast-check';
import t from 'tap';
import { decodeField, decodeText } from '../../../gateway/io/drivers/decode.ts';
import type { RegisterEncoding, RegisterField } from '../../../gateway/io/drivers/register-map.ts';

type Change = Partial<RegisterField>;

function field(encoding: RegisterEncoding, change: Change = {}): RegisterField {
  return { name: 'x', table: 'input', address: 0, encoding, min: -1e300, max: 1e300, ...change };
}

function decode(encoding: RegisterEncoding, words: number[], change: Change = {}): number {
  return decodeField(field(encoding, change), Uint16Array.from(words), 'big').value;
}

t.test('each encoding reads its own words', (t) => {
  t.equal(decode('u16', [0xffff]), 65_535);
  t.equal(decode('s16', [0xffff]), -1);
  t.equal(decode('u32', [0xffff, 0xfffe]), 4_294_967_294);
  t.equal(decode('s32', [0xffff, 0xfffe]), -2);
  t.equal(decode('u64', [0, 1, 0, 2]), 4_294_967_298);
  t.equal(decode('s64', [0xffff, 0xffff, 0xffff, 0xfffd]), -3);
  t.equal(decode('f32', [0x449a, 0x5000]), 1_234.5);
  t.equal(decode('f64', [0x3ff3, 0xc0ca, 0x428c, 0x59fb]), 1.234567890123456_7);
  t.end();
});

t.test('little word order is the same words the other way round', (t) => {
  const encodings = fc.constantFrom<RegisterEncoding>('u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64');
  fc.assert(
    fc.property(encodings, fc.uint16Array({ minLength: 4, maxLength: 4 }), (encoding, all) => {
      const words = all.slice(
        0,
        { u16: 1, s16: 1, u32: 2, s32: 2, u64: 4, s64: 4, f32: 2, f64: 4 }[encoding],
      );
      const big = decodeField(field(encoding), words, 'big');
      const own = decodeField(field(encoding, { wordOrder: 'little' }), words.toReversed(), 'big');
      const driver = decodeField(field(encoding), words.toReversed(), 'little');
      t.strictSame(own, big);
      t.strictSame(driver, big);
    }),
  );
  t.end();
});

t.test('a decimal scale gives the decimal number', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 3 }), (raw, decimals) => {
      const scale = Number(`1e-${decimals}`);
      t.equal(decode('u16', [raw], { scale }), Number(`${raw}e-${decimals}`));
      t.equal(decode('u16', [raw], { scale: -scale }), -Number(`${raw}e-${decimals}`) + 0);
    }),
  );
  t.equal(decode('u16', [7], { scale: 10 }), 70);
  t.equal(decode('u16', [1_250], { scale: 0.1, offset: -100 }), 25);
  t.equal(decode('s16', [1_456], { scale: 0.1, offset: -100 }), 45.6, 'also less an offset');
  t.ok(Object.is(decode('u16', [0], { scale: -1 }), 0), 'zero has no sign');
  t.end();
});

t.test('64 bits are scaled exactly and rounded once', (t) => {
  t.equal(decode('u64', [0x1000, 0, 0, 1], { scale: 0.001 }), 1_152_921_504_606_846.977);
  t.equal(decode('u64', [0xffff, 0xffff, 0xffff, 0xffff]), 18_446_744_073_709_551_615);
  t.equal(decode('s64', [0x8000, 0, 0, 0], { scale: 0.01 }), -92_233_720_368_547_758.08);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (raw) => {
      const words = [48n, 32n, 16n, 0n].map((shift) => Number((raw >> shift) & 0xffffn));
      const exact = Number(`${raw / 1000n}.${String(raw % 1000n).padStart(3, '0')}`);
      const value = decode('u64', words, { scale: 0.001 });
      t.ok(Math.abs(value - exact) <= Number.EPSILON * exact, `${raw}`);
    }),
  );
  t.end();
});

t.test('what is not available is missing', (t) => {
  const quality = (encoding: RegisterEncoding, words: number[], notAvailable: (number | bigint)[]): string =>
    decodeField(field(encoding, { notAvailable }), Uint16Array.from(words), 'big').quality;
  t.equal(quality('u16', [0xffff], [0xffff]), 'missing');
  t.equal(quality('u16', [0xfffe], [0xffff]), 'good');
  t.equal(quality('s16', [0x8000], [-0x8000]), 'missing');
  t.equal(quality('s32', [0x7fff, 0xffff], [0x7fffffff]), 'missing');
  t.equal(quality('u64', [0xffff, 0xffff, 0xffff, 0xffff], [2n ** 64n - 1n]), 'missing');
  t.equal(quality('u64', [0xffff, 0xffff, 0xffff, 0xfffe], [2n ** 64n - 1n]), 'good', 'to the last bit');
  for (const high of [0x7fc0, 0x7f80, 0xff80])
    t.equal(quality('f32', [high, 0], []), 'missing', 'NaN, infinities');
  t.end();
});

t.test('outside the plausible range a value is suspect, and is not changed', (t) => {
  const of = (raw: number): unknown =>
    decodeField(field('s16', { scale: 0.1, min: -10, max: 100 }), Uint16Array.of(raw), 'big');
  t.strictSame(of(1_000), { value: 100, quality: 'good' });
  t.strictSame(of(1_001), { value: 100.1, quality: 'suspect' });
  t.strictSame(of(0xff9b), { value: -10.1, quality: 'suspect' });
  t.end();
});

t.test('words of another length are a programmer error', (t) => {
  t.throws(() => decode('u32', [1]), { name: 'AssertionError' });
  t.throws(() => decodeText({ table: 'input', address: 0, count: 2 }, Uint16Array.of(1)), {
    name: 'AssertionError',
  });
  t.end();
});

t.test('text is what is printable before the padding, or nothing', (t) => {
  const text = (...words: number[]): string | undefined =>
    decodeText({ table: 'input', address: 0, count: words.length }, Uint16Array.from(words));
  t.equal(text(0x4142, 0x4300, 0x0000), 'ABC');
  t.equal(text(0x4142, 0x2020), 'AB');
  t.equal(text(0x4142, 0x0043), 'AB', 'what follows a NUL is not text');
  t.equal(text(0x2020, 0x2020), undefined);
  t.equal(text(0, 0), undefined);
  t.equal(text(0xffff, 0xffff), undefined);
  t.equal(text(0x4142, 0x07c3), undefined);
  t.end();
});

t.test('a value with a scale register is raw × scale × 10^exponent, rounded once', (t) => {
  const scaled = (raw: number, exponent: number, change: Change = {}): number =>
    decode('s16', [raw, exponent & 0xffff], { scaleRegister: 1, ...change });
  t.equal(scaled(2_302, -1), 230.2);
  t.equal(scaled(12, 3), 12_000);
  t.equal(scaled(7, 10), 7e10);
  t.equal(scaled(7, -10), 7e-10);
  t.equal(scaled(5_643, -2, { scale: 0.001 }), 0.05643);
  t.equal(scaled(250, -1, { scale: -1 }), -25);
  for (const exponent of [11, -11, 0x7fff, -0x8000]) t.ok(Number.isNaN(scaled(1, exponent)), `${exponent}`);
  t.equal(decode('u16', [0xfffe, 42], { address: 1, scaleRegister: 0 }), 0.42, 'the exponent may come first');
  t.end();
});

t.test('a wide counter with a scale register keeps its last digit', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 53n }), fc.integer({ min: -6, max: 3 }), (raw, exponent) => {
      const words = [48n, 32n, 16n, 0n].map((shift) => Number((raw >> shift) & 0xffffn));
      const value = decode('u64', [...words, exponent & 0xffff], { scale: 0.001, scaleRegister: 4 });
      t.equal(value, Number(`${raw}e${exponent - 3}`));
    }),
  );
  t.end();
});

t.test('two words that stand apart are one value', (t) => {
  const apart = { highWordAddress: 2, scale: 0.1 };
  t.equal(decode('u32', [0x0d40, 0x1389, 0x0003], apart), 20_000, 'the high word after');
  t.equal(decode('s32', [0xfffe, 0x1389, 0xffff], { highWordAddress: 2 }), -2);
  t.equal(decode('u32', [0x0003, 0x1389, 0x0d40], { address: 7, highWordAddress: 5 }), 200_000, 'and before');
  t.equal(decode('u32', [0x0d40, 0x0003], { highWordAddress: 1 }), 200_000, 'whatever the word order');
  const scaled = { ...apart, scaleRegister: 3, wordOrder: 'little' } as const;
  t.equal(decode('u32', [0x0d40, 0x1389, 0x0003, 0xffff], scaled), 2_000, 'with a scale register');
  t.throws(() => decode('u16', [1, 2], { highWordAddress: 1 }), { name: 'AssertionError' });
  t.end();
});

t.test('hexadecimal digits in registers are read from the lowest nibble of each', (t) => {
  const digits = (...words: number[]): string | undefined =>
    decodeText(
      { table: 'input', address: 0, count: words.length, coding: 'nibbles' },
      Uint16Array.from(words),
    );
  t.equal(digits(0x0081, 0xf201, 0x5222, 0x4321), '1800102F22251234');
  t.equal(digits(0x0000, 0x0001), '00001000', 'zeros are digits');
  t.equal(digits(0, 0), undefined);
  t.equal(digits(0xffff, 0xffff), undefined);
  t.end();
});
