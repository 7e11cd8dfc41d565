import assert from 'node:assert';
import {
  extentOf,
  type RegisterEncoding,
  type RegisterField,
  type TextField,
  type WordOrder,
} from './register-map.ts';

/** A field with everything settled that does not depend on the words. */
export interface FieldDecoder {
  readonly field: RegisterField;
  /** The registers that it takes its value from; see `extentOf`. */
  readonly address: number;
  readonly count: number;
  /** The value of the words from `at`, where its extent begins; NaN when there is none. The plausible range is not looked at. */
  readonly valueAt: (words: Uint16Array, at: number) => number;
}

export interface DecodedField {
  /** NaN when missing; never clamped. */
  readonly value: number;
  readonly quality: 'good' | 'suspect' | 'missing';
}

/** The field's value in its own words, as many as its encoding takes. */
export function decodeField(field: RegisterField, words: Uint16Array, wordOrder: WordOrder): DecodedField {
  const decoder = compileField(field, wordOrder);
  assert(
    words.length === decoder.count,
    `${field.name} takes ${decoder.count} registers, not ${words.length}`,
  );
  const value = decoder.valueAt(words, 0);
  return { value, quality: qualityOf(value, field) };
}

/** Out of the plausible range is `suspect`, whatever the value. */
export function qualityOf(value: number, range: { min: number; max: number }): DecodedField['quality'] {
  if (Number.isNaN(value)) return 'missing';
  return value >= range.min && value <= range.max ? 'good' : 'suspect';
}

/**
 * The text, without the padding of NULs and blanks. Undefined when there is none, or when it holds
 * anything but printable ASCII: what identifies a device is not guessed.
 */
export function decodeText(field: TextField, words: Uint16Array): string | undefined {
  assert(words.length === field.count, `the text takes ${field.count} registers, not ${words.length}`);
  if (field.coding === 'nibbles') return decodeNibbles(words);
  let text = '';
  for (const word of words) text += String.fromCharCode(word >>> 8, word & 0xff);
  const end = text.indexOf('\0');
  const trimmed = (end < 0 ? text : text.slice(0, end)).trim();
  return /^[\x20-\x7e]+$/.test(trimmed) ? trimmed : undefined;
}

/** All nothing, or all ones: there is no such number. */
function decodeNibbles(words: Uint16Array): string | undefined {
  let text = '';
  for (const word of words) {
    for (let shift = 0; shift < 16; shift += 4) text += ((word >>> shift) & 0xf).toString(16).toUpperCase();
  }
  return /^(0+|F+)$/.test(text) ? undefined : text;
}

export function compileField(field: RegisterField, driverWordOrder: WordOrder): FieldDecoder {
  const wordOrder = field.wordOrder ?? driverWordOrder;
  const { address, count } = extentOf(field);
  const scaledValueAt =
    field.encoding === 'u64' || field.encoding === 's64'
      ? compileWide(field, field.encoding, wordOrder)
      : compileNarrow(field, rawReaderOf(field, field.encoding, wordOrder));
  const valueOffset = field.address - address;
  if (field.scaleRegister === undefined) {
    return {
      field,
      address,
      count,
      valueAt: (words, at) => scaledValueAt(words, at + valueOffset, unscaled),
    };
  }
  const scaleOffset = field.scaleRegister - address;
  const valueAt: FieldDecoder['valueAt'] = (words, at) => {
    const power = powerOfTen(words[at + scaleOffset]);
    return power === undefined ? NaN : scaledValueAt(words, at + valueOffset, power);
  };
  return { field, address, count, valueAt };
}

/** A power of ten as a fraction, one of whose terms is 1. */
interface PowerOfTen {
  readonly factor: number;
  readonly divisor: number;
}

const unscaled: PowerOfTen = { factor: 1, divisor: 1 };

/** SunSpec Device Information Model Specification V1.2, section 4.2.8: exponents reach from −10 to 10. */
const tens = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

function powerOfTen(exponentWord = NaN): PowerOfTen | undefined {
  const exponent = (exponentWord << 16) >> 16;
  const power = tens[Math.abs(exponent)];
  if (Number.isNaN(exponentWord) || power === undefined) return undefined;
  return exponent < 0 ? { factor: 1, divisor: power } : { factor: power, divisor: 1 };
}

/** The value at an index, times a power of ten; NaN when there is none. */
type ScaledReader = (words: Uint16Array, at: number, power: PowerOfTen) => number;

type RawReader = (words: Uint16Array, at: number) => number;

const floatWords = new Uint32Array(1);
const float = new Float32Array(floatWords.buffer);
const doubleBytes = new DataView(new ArrayBuffer(8));

type NarrowEncoding = Exclude<RegisterEncoding, 'u64' | 's64'>;

function rawReaderOf(field: RegisterField, encoding: NarrowEncoding, wordOrder: WordOrder): RawReader {
  if (field.highWordAddress === undefined) return rawReaders[encoding](wordOrder === 'big' ? 0 : 1);
  assert(encoding === 'u32' || encoding === 's32', `${field.name} has two words to part`);
  const highOffset = field.highWordAddress - field.address;
  return (words, at) => {
    const raw = ((words[at + highOffset] ?? 0) << 16) | (words[at] ?? 0);
    return encoding === 's32' ? raw : raw >>> 0;
  };
}

/** By encoding: a reader, given which of two words is the high one. */
const rawReaders: Readonly<Record<NarrowEncoding, (high: 0 | 1) => RawReader>> = {
  u16: () => (words, at) => words[at] ?? NaN,
  s16: () => (words, at) => ((words[at] ?? 0) << 16) >> 16,
  u32: (high) => (words, at) => twoWords(words, at, high) >>> 0,
  s32: (high) => (words, at) => twoWords(words, at, high),
  f32: (high) => (words, at) => {
    floatWords[0] = twoWords(words, at, high);
    return float[0] ?? NaN;
  },
  f64: (high) => (words, at) => {
    for (let index = 0; index < 4; index += 1) {
      doubleBytes.setUint16(2 * index, words[at + (high === 0 ? index : 3 - index)] ?? 0);
    }
    return doubleBytes.getFloat64(0);
  },
};

function twoWords(words: Uint16Array, at: number, high: 0 | 1): number {
  return ((words[at + high] ?? 0) << 16) | (words[at + 1 - high] ?? 0);
}

/**
 * One division by all that divides keeps 2302 with exponent −1 at 230.2, which multiplying by 0.1 would not, and
 * 1456 tenths less 100 at 45.6.
 */
function compileNarrow(field: RegisterField, read: RawReader): ScaledReader {
  const { factor, divisor } = scaleOf(field);
  const offset = field.offset ?? 0;
  const sentinels = (field.notAvailable ?? []).map(Number);
  return (words, at, power) => {
    const raw = read(words, at);
    if (!Number.isFinite(raw) || sentinels.includes(raw)) return NaN;
    const dividedBy = divisor * power.divisor;
    return (raw * factor * power.factor + offset * dividedBy) / dividedBy;
  };
}

/**
 * 64 bits do not fit a number: the sentinels are compared, and the scale applied, to the exact integer, so
 * that only the result is rounded. A counter of 2^60 Wh keeps its kWh.
 */
function compileWide(field: RegisterField, encoding: 'u64' | 's64', wordOrder: WordOrder): ScaledReader {
  const { factor, divisor } = scaleOf(field);
  const isExact = Number.isInteger(factor);
  const offset = field.offset ?? 0;
  const sentinels = (field.notAvailable ?? []).map(BigInt);
  return (words, at, power) => {
    const raw = fourWords(words, at, { encoding, wordOrder });
    if (sentinels.includes(raw)) return NaN;
    const dividedBy = divisor * power.divisor;
    const scaled = isExact
      ? divide(raw * BigInt(factor * power.factor), BigInt(dividedBy))
      : (Number(raw) * factor * power.factor) / dividedBy;
    return scaled + offset;
  };
}

function fourWords(
  words: Uint16Array,
  at: number,
  how: { encoding: 'u64' | 's64'; wordOrder: WordOrder },
): bigint {
  let raw = 0n;
  for (let index = 0; index < 4; index += 1) {
    raw = (raw << 16n) | BigInt(words[at + (how.wordOrder === 'big' ? index : 3 - index)] ?? 0);
  }
  return how.encoding === 's64' ? BigInt.asIntN(64, raw) : raw;
}

function divide(dividend: bigint, divisor: bigint): number {
  const rounded = Number(dividend);
  if (Number.isSafeInteger(rounded)) return rounded / Number(divisor);
  return Number(dividend / divisor) + Number(dividend % divisor) / Number(divisor);
}

/**
 * A scale of 1/n divides by n: 2302 / 10 is 230.2, and 2302 × 0.1 is 230.20000000000002. The sign stays
 * with the factor.
 */
function scaleOf(field: RegisterField): { factor: number; divisor: number } {
  const scale = field.scale ?? 1;
  const divisor = Math.round(1 / Math.abs(scale));
  const isReciprocal = divisor > 1 && Math.abs(divisor * Math.abs(scale) - 1) < 1e-12;
  return isReciprocal ? { factor: Math.sign(scale), divisor } : { factor: scale, divisor: 1 };
}
