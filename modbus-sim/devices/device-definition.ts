import assert from 'node:assert';
import type { HybridControls } from '../home-controls.ts';
import type { DeviceView } from './device-view.ts';
import type { RevertTimer, Settings, WritableRegister } from './writable-register.ts';

/** F32 is IEEE-754. A `text` has one byte a character, padded with NUL. */
type RegisterType = 'u16' | 's16' | 'u32' | 's32' | 'f32' | 'text';

export interface RegisterPlace {
  /** As on the wire, from zero. */
  readonly address: number;
  readonly words: number;
}

export interface NumberRegister extends RegisterPlace {
  readonly type: Exclude<RegisterType, 'text'>;
  /** Units of the value per count of the register: 0.1 when the register counts tenths. */
  readonly scale: number;
  /** Counters are cut, not rounded, and wrap; other values are rounded and saturate. */
  readonly isCounter: boolean;
  readonly value: (view: DeviceView) => number;
}

export interface TextRegister extends RegisterPlace {
  readonly type: 'text';
  readonly value: (view: DeviceView) => string;
}

export type RegisterDefinition = NumberRegister | TextRegister;

/** A device type as data. An address in no register is a hole: a read that touches it answers exception 2. */
export interface DeviceDefinition {
  readonly model: string;
  readonly wordOrder: 'high-first' | 'low-first';
  /** By Modbus function code: 3 holding, 4 input. A function code that is not here answers exception 1. */
  readonly registers: {
    readonly 3?: readonly RegisterDefinition[];
    readonly 4?: readonly RegisterDefinition[];
  };
  /** Longer reads are refused with the exception code below. */
  readonly readWordsMax: number;
  readonly tooLongException: 2 | 3;
  /** Reads start at, and span, multiples of this many words; others answer exception 2. */
  readonly alignmentWords: 1 | 2;
  /** Holding registers beside those above. Without any, functions 6 and 16 answer exception 1. */
  readonly writable?: readonly WritableRegister[];
  readonly revertTimers?: readonly RevertTimer[];
  /** What the hybrid inverter does by what was written. */
  readonly controls?: (settings: Settings) => HybridControls;
  /** What was written is gone after a reboot. */
  readonly forgetsAtReboot?: boolean;
}

type Value = NumberRegister['value'];

const words = { u16: 1, s16: 1, u32: 2, s32: 2, f32: 2 } as const;

function numberRegister(
  type: NumberRegister['type'],
  address: number,
  scale: number,
  value: Value,
): NumberRegister {
  assert(address >= 0 && address + words[type] <= 0x10000, 'a register lies in the address space');
  return { type, address, words: words[type], scale, isCounter: false, value };
}

export function u16(address: number, scale: number, value: Value): NumberRegister {
  return numberRegister('u16', address, scale, value);
}

export function s16(address: number, scale: number, value: Value): NumberRegister {
  return numberRegister('s16', address, scale, value);
}

export function u32(address: number, scale: number, value: Value): NumberRegister {
  return numberRegister('u32', address, scale, value);
}

export function s32(address: number, scale: number, value: Value): NumberRegister {
  return numberRegister('s32', address, scale, value);
}

export function f32(address: number, value: Value): NumberRegister {
  return numberRegister('f32', address, 1, value);
}

export function text(address: number, wordCount: number, value: TextRegister['value']): TextRegister {
  return { type: 'text', address, words: wordCount, value };
}

/** An energy counter in steps of `whPerCount`. */
export function counter(
  type: 'u16' | 'u32',
  address: number,
  whPerCount: number,
  value: Value,
): NumberRegister {
  return { ...numberRegister(type, address, whPerCount, value), isCounter: true };
}
