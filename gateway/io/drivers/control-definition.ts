import type { ControlName } from '../../core/control.ts';
import type { RegisterEncoding, RegisterField, WordOrder } from './register-map.ts';

/** A holding register that may be written, as this control writes it. raw = value / scale, rounded. */
export interface WritableRegister {
  readonly address: number;
  readonly encoding: Exclude<RegisterEncoding, 'u64' | 's64' | 'f64'>;
  /** The map's word order unless said. */
  readonly wordOrder?: WordOrder;
  readonly scale?: number;
  /** As `RegisterField.scaleRegister`: read before the write. */
  readonly scaleRegister?: number;
  /** 16 unless said. */
  readonly functionCode?: 6 | 16;
}

/** What is written, after scaling: always the same, or computed from the set point. Pure. */
export type SetValue = number | ((setPoint: number) => number);

/** `as_before`: what was there before the first set point; nothing is written where that is not known. */
export type RevertValue = number | 'as_before';

export interface RegisterValue<Value> {
  readonly register: WritableRegister;
  readonly value: Value;
}

/** Registers that the device takes in one request only: each begins where the one before it ends. */
export interface RegisterBlock<Value> {
  readonly block: readonly RegisterValue<Value>[];
}

/** One write request of a control. */
export type ControlWrite<Value = SetValue | RevertValue> = RegisterValue<Value> | RegisterBlock<Value>;

export function registersOf<Value>(write: ControlWrite<Value>): readonly RegisterValue<Value>[] {
  return 'block' in write ? write.block : [write];
}

/** Words of holding registers as they were, by the address of the first. */
export type WordsBefore = Readonly<Record<number, readonly number[]>>;

/**
 * The device's own dead man's switch: it goes back by itself when this long passes without a new write. A lease is
 * renewed by writing it, and the last register of the set point after it: some devices start it anew with the one,
 * some with the other.
 */
export interface RevertTimer {
  readonly register: WritableRegister;
  /** Longest time it takes. */
  readonly maxS: number;
}

/** One thing that a device can be told; in the control's unit, with the house's sign. */
export interface ControlDefinition {
  readonly name: ControlName;
  /** Manual and page. */
  readonly source: string;
  readonly min: number;
  readonly max: number;
  /** Set points are min + a whole number of these. */
  readonly step: number;
  /** What this device may be asked at most, where it says so: read before the first write; unavailable: `max`. */
  readonly ratedMax?: RegisterField;
  /** Between two different set points. */
  readonly minIntervalMs: number;
  /** Register writes in a calendar year that its memory bears: a request of this control counts each. */
  readonly writesPerYearMax: number;
  /** In order; each is read back, and must hold what was written. */
  readonly set: readonly ControlWrite<SetValue>[];
  /** Puts the device back to deciding for itself; in order, each read back. */
  readonly revert: readonly ControlWrite<RevertValue>[];
  /** Written before the set point, with the rest of its lease. */
  readonly revertTimer?: RevertTimer;
}
