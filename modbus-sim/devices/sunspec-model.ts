import assert from 'node:assert';
import { counter, s16, text, u16, u32 } from './device-definition.ts';
import type { RegisterDefinition, TextRegister } from './device-definition.ts';
import type { DeviceView } from './device-view.ts';
import { writable } from './writable-register.ts';
import type { AllowedCounts, WritableRegister } from './writable-register.ts';

type Value = (view: DeviceView) => number;

/** A point, or a run of points, of a SunSpec model: how many words it takes, and its registers once its place is known. */
export interface SunspecPoint {
  readonly words: number;
  place(address: number): {
    readonly read?: readonly RegisterDefinition[];
    readonly write?: WritableRegister;
  };
}

export interface SunspecRegisters {
  readonly registers: readonly RegisterDefinition[];
  readonly writable: readonly WritableRegister[];
  /** Where the next model's id goes. */
  readonly end: number;
}

export interface SunspecModel {
  readonly id: number;
  /** Words after the two of the head; the points must fill them. */
  readonly length: number;
  readonly points: readonly SunspecPoint[];
}

function one(register: (address: number) => RegisterDefinition, words = 1): SunspecPoint {
  return { words, place: (address) => ({ read: [register(address)] }) };
}

function constant(counts: number): SunspecPoint {
  return one((address) => u16(address, 1, () => counts & 0xffff));
}

/** How the points of a model are written down; values in the unit of the model, `exponent` that of its scale factor. */
export const point = {
  unsigned: (exponent: number, value: Value) => one((address) => u16(address, 10 ** exponent, value)),
  signed: (exponent: number, value: Value) => one((address) => s16(address, 10 ** exponent, value)),
  constant,
  scale: (exponent: number) => constant(exponent),
  /** acc32, in Wh. */
  accumulator: (value: Value) => one((address) => counter('u32', address, 1, value), 2),
  /** acc64, in Wh. */
  longAccumulator: (value: Value): SunspecPoint => ({
    words: 4,
    place: (address) => ({
      read: [
        u32(address, 1, (view) => Math.floor(value(view) / 2 ** 32)),
        counter('u32', address + 2, 1, value),
      ],
    }),
  }),
  long: (value: Value) => one((address) => u32(address, 1, value), 2),
  text: (words: number, value: TextRegister['value']) => one((address) => text(address, words, value), words),
  setting: (type: 'u16' | 's16', allowed: AllowedCounts, initial: number): SunspecPoint => ({
    words: 1,
    place: (address) => ({ write: writable(type, address, allowed, initial) }),
  }),
  /** Not implemented: uint16, enum16, bitfield16, and both words of their 32-bit kinds. */
  absent: (words = 1) => fill(words, 0xffff),
  /** Not implemented: int16, sunssf, pad. */
  absentSigned: (words = 1) => fill(words, 0x8000),
  /** Not implemented: acc32, acc64; and bit fields without a bit. */
  zeros: (words: number) => fill(words, 0),
} as const;

function fill(words: number, counts: number): SunspecPoint {
  return {
    words,
    place: (address) => ({
      read: Array.from({ length: words }, (_, index) => u16(address + index, 1, () => counts)),
    }),
  };
}

/** The marker, the models one after another, and the end, from `base` on. */
export function sunspecRegisters(base: number, models: readonly SunspecModel[]): SunspecRegisters {
  const registers: RegisterDefinition[] = [u32(base, 1, () => 0x53756e53)];
  const settings: WritableRegister[] = [];
  let address = base + 2;
  for (const { id, length, points } of models) {
    const end = address + 2 + length;
    for (const each of [constant(id), constant(length), ...points]) {
      const { read = [], write } = each.place(address);
      registers.push(...read);
      if (write !== undefined) settings.push(write);
      address += each.words;
    }
    assert.equal(address, end, `model ${id} has ${length} words`);
  }
  registers.push(
    u16(address, 1, () => 0xffff),
    u16(address + 1, 1, () => 0),
  );
  return { registers, writable: settings, end: address + 2 };
}

/** The address of a model's id. */
export function modelAddress(base: number, models: readonly SunspecModel[], id: number): number {
  let address = base + 2;
  for (const model of models) {
    if (model.id === id) return address;
    address += 2 + model.length;
  }
  assert.fail(`there is a model ${id}`);
}
