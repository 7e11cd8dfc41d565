import assert from 'node:assert';
import { describeControl } from '../../core/control.ts';
import { GatewayError } from '../../core/errors.ts';
import type { RegisterRange, RegisterWrite } from '../transports/transport.ts';
import type { ControlDefinition, WritableRegister } from './control-definition.ts';
import { decodeField } from './decode.ts';
import { registerCountOf, type RegisterField, type WordOrder } from './register-map.ts';

/** One write as it goes over the wire, and what the device must hold afterwards. */
export interface EncodedWrite {
  readonly write: RegisterWrite;
  /** What to read back. */
  readonly range: RegisterRange;
  /** Whether these words are what was written. */
  isHeldIn(words: Uint16Array): boolean;
  /** For people: what was written, and what these words say instead. */
  differenceTo(words: Uint16Array): string;
}

/**
 * Whether the control may be set to the value at all: a finite number, within the limits, on a step. It is
 * never clamped nor rounded. `ratedMax` is what the device itself says that it bears, in both directions.
 * Errors: `control_refused`, which names the control, the value and the limit.
 */
export function checkSetPoint(control: ControlDefinition, value: number, ratedMax = Infinity): void {
  const { min, max, step } = control;
  const { unit } = describeControl(control.name);
  if (!Number.isFinite(value)) throw refused(control, value, 'is not a finite number');
  if (value > max) throw refused(control, value, `is above its limit of ${max} ${unit}`);
  if (value < min) throw refused(control, value, `is below its limit of ${min} ${unit}`);
  const steps = (value - min) / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, steps)) {
    throw refused(control, value, `is not ${min} ${unit} and a whole number of steps of ${step} ${unit}`);
  }
  if (Math.abs(value) > ratedMax) {
    throw refused(control, value, `is more than the ${ratedMax} ${unit} that the device is rated for`);
  }
}

/** How a register's value is written at the moment. */
export interface EncodingState {
  readonly wordOrder: WordOrder;
  /** What its scale register holds; 0 when it has none. */
  readonly exponent: number;
}

/** Errors: `control_refused` when the value does not fit the register. */
export function encodeWrite(register: WritableRegister, value: number, state: EncodingState): EncodedWrite {
  return encodeWords(register, wordsOf(register, value, state), state);
}

/** Words that the register held before, as they were. */
export function encodeWords(
  register: WritableRegister,
  words: Uint16Array,
  state: EncodingState,
): EncodedWrite {
  const read = readerOf(register, state);
  return {
    write: { address: register.address, words, functionCode: register.functionCode ?? 16 },
    range: { table: 'holding', address: register.address, count: words.length },
    isHeldIn: (held) => held.length === words.length && held.every((word, index) => word === words[index]),
    differenceTo: (held) =>
      `register ${register.address} holds ${read(held)} after ${read(words)} was written`,
  };
}

/** Writes of neighbours, in order, as one request. */
export function encodeBlock(parts: readonly EncodedWrite[]): EncodedWrite {
  const [first] = parts;
  assert(first !== undefined, 'a block has registers');
  let end = first.range.address;
  const placed = parts.map((part) => {
    assert(part.range.address === end, `register ${part.range.address} of a block follows its neighbour`);
    const from = end - first.range.address;
    end += part.range.count;
    return { part, wordsIn: (held: Uint16Array) => held.subarray(from, from + part.range.count) };
  });
  const isHeldIn = (held: Uint16Array): boolean =>
    placed.every(({ part, wordsIn }) => part.isHeldIn(wordsIn(held)));
  return {
    write: { ...first.write, words: Uint16Array.from(parts.flatMap(({ write }) => [...write.words])) },
    range: { ...first.range, count: end - first.range.address },
    isHeldIn,
    differenceTo: (held) =>
      placed
        .filter(({ part, wordsIn }) => !part.isHeldIn(wordsIn(held)))
        .map(({ part, wordsIn }) => part.differenceTo(wordsIn(held)))
        .join('; '),
  };
}

/**
 * A revert timer runs from the moment it is written: the device holds what was written or less, but never 0,
 * which is a timer that is off.
 */
export function encodeTimer(register: WritableRegister, seconds: number, state: EncodingState): EncodedWrite {
  const encoded = encodeWrite(register, seconds, state);
  const read = readerOf(register, state);
  const written = read(encoded.write.words);
  return { ...encoded, isHeldIn: (held) => read(held) > 0 && read(held) <= written };
}

type NarrowEncoding = WritableRegister['encoding'];

/** The integers that an encoding holds; f32 holds numbers. */
const ranges: Readonly<Record<Exclude<NarrowEncoding, 'f32'>, readonly [number, number]>> = {
  u16: [0, 0xffff],
  s16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  s32: [-0x8000_0000, 0x7fff_ffff],
};

/** Beyond it `Math.fround` gives an infinity. */
const floatMax = 3.4028234663852886e38;

function wordsOf(register: WritableRegister, value: number, state: EncodingState): Uint16Array {
  const { encoding, scale = 1 } = register;
  const unscaled = value / scale;
  const raw = state.exponent < 0 ? unscaled * 10 ** -state.exponent : unscaled / 10 ** state.exponent;
  if (encoding === 'f32') {
    if (!(Math.abs(raw) <= floatMax)) throw overflow(register, value, 'a number of 32 bits');
    const bits = new Uint32Array(Float32Array.of(raw).buffer)[0] ?? 0;
    return twoWords(bits, register.wordOrder ?? state.wordOrder);
  }
  const [min, max] = ranges[encoding];
  const rounded = Math.round(raw);
  if (!(rounded >= min && rounded <= max)) throw overflow(register, value, `${min} to ${max}`);
  if (registerCountOf(encoding) === 1) return Uint16Array.of(rounded & 0xffff);
  return twoWords(rounded >>> 0, register.wordOrder ?? state.wordOrder);
}

function twoWords(bits: number, wordOrder: WordOrder): Uint16Array {
  const [high, low] = [bits >>> 16, bits & 0xffff];
  return wordOrder === 'big' ? Uint16Array.of(high, low) : Uint16Array.of(low, high);
}

function readerOf(register: WritableRegister, state: EncodingState): (words: Uint16Array) => number {
  const field: RegisterField = {
    name: `register ${register.address}`,
    table: 'holding',
    address: register.address,
    encoding: register.encoding,
    ...(register.scale !== undefined && { scale: register.scale }),
    min: -Infinity,
    max: Infinity,
  };
  const { exponent } = state;
  return (words) => {
    const { value } = decodeField(field, words, register.wordOrder ?? state.wordOrder);
    return exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
  };
}

function refused(control: ControlDefinition, value: number, why: string): GatewayError {
  const { name, min, max, step } = control;
  const { unit } = describeControl(name);
  return new GatewayError('control_refused', `${name} ${value} ${why}`, {
    hint: `give ${min} to ${max} ${unit} in steps of ${step} ${unit}`,
    facts: { control: name, value: String(value), min, max, step },
  });
}

function overflow(register: WritableRegister, value: number, range: string): GatewayError {
  const { address, encoding } = register;
  return new GatewayError(
    'control_refused',
    `${value} cannot be written to register ${address}, which is ${encoding} and holds ${range}`,
    { hint: 'give a value that the device can hold; nothing was written' },
  );
}
