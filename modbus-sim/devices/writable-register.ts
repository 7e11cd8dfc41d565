import assert from 'node:assert';
import type { RegisterPlace } from './device-definition.ts';

/** Values in counts, as they are in the register. Others are refused with exception 3. */
export type AllowedCounts =
  { readonly min: number; readonly max: number } | { readonly oneOf: readonly [number, ...number[]] };

/** A holding register that functions 6 and 16 write and function 3 reads back. */
export interface WritableRegister extends RegisterPlace {
  readonly type: 'u16' | 's16' | 'u32' | 's32';
  readonly allowed: AllowedCounts;
  /** What it holds when it leaves the factory. */
  readonly initial: number;
}

/** After `timer` seconds, counted from the last write to it or to one of `armedBy`, registers fall back. Zero: never. */
export interface RevertTimer {
  readonly timer: number;
  readonly armedBy: readonly number[];
  readonly reverts: readonly number[];
}

/** The counts that a device's writable registers hold, by address. */
export type Settings = ReadonlyMap<number, number>;

export function writable(
  type: WritableRegister['type'],
  address: number,
  allowed: AllowedCounts,
  initial: number,
): WritableRegister {
  assert(isAllowed(allowed, initial), `the register at ${address} begins with an allowed value`);
  return { type, address, words: type.endsWith('32') ? 2 : 1, allowed, initial };
}

export function isAllowed(allowed: AllowedCounts, counts: number): boolean {
  if ('oneOf' in allowed) return allowed.oneOf.includes(counts);
  return counts >= allowed.min && counts <= allowed.max;
}
