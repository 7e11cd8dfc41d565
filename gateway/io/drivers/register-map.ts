import type { QuantityName } from '../../core/quantity.ts';
import type { RegisterTable } from '../transports/transport.ts';

export type RegisterEncoding = 'u16' | 's16' | 'u32' | 's32' | 'u64' | 's64' | 'f32' | 'f64';

/** Which word of a value of several registers comes first: `big` is Modbus' own, high word first. */
export type WordOrder = 'big' | 'little';

/**
 * One number in a device's registers. The value is raw × scale + offset, in the quantity's unit and with
 * the house's sign; a device with the opposite sign has a negative scale.
 */
export interface RegisterField {
  /** Unique within the driver; the quantity's name unless the field only feeds a derived quantity. */
  readonly name: string;
  readonly table: RegisterTable;
  /** Zero-based, as it goes over the wire. */
  readonly address: number;
  readonly encoding: RegisterEncoding;
  /** The driver's word order unless said. */
  readonly wordOrder?: WordOrder;
  /**
   * Where the high word of a value of 32 bits stands when that is not next to the low one, which is then at
   * `address`. Both are read in one request.
   */
  readonly highWordAddress?: number;
  readonly scale?: number;
  /**
   * Address, in the same table, of a signed exponent from −10 to 10: raw × scale is multiplied by that power of ten.
   * It may change between two reads, so it is always read in the value's own request; outside its range (0x8000:
   * not implemented) the value is missing.
   */
  readonly scaleRegister?: number;
  readonly offset?: number;
  /** Raw values that mean "not available": the reading is `missing`. NaN and ±Infinity always are. Big integers for 64 bits. */
  readonly notAvailable?: readonly (number | bigint)[];
  /** The plausible range of the value after scaling; outside it the reading is `suspect`. */
  readonly min: number;
  readonly max: number;
  /** What the values of a code mean, for people. */
  readonly labels?: Readonly<Record<number, string>>;
  /** What the bits of a bit field mean, by their number from 0, for people. */
  readonly flags?: Readonly<Record<number, string>>;
}

/**
 * A quantity computed from fields of the same poll. It is `missing` when any field it needs is, and `suspect`
 * when one of them is. Several of one quantity are alternatives: the first that is not missing counts.
 */
export interface DerivedField {
  readonly quantity: QuantityName;
  readonly from: readonly string[];
  /**
   * Fields that the device must be known not to have: so that an alternative with fewer inputs never stands in
   * for one whose inputs failed this time.
   */
  readonly unless?: readonly string[];
  /** Pure; the values in the order of `from`; undefined when they do not tell. */
  compute(values: readonly number[]): number | undefined;
}

/** Text in registers. */
export interface TextField {
  readonly table: RegisterTable;
  readonly address: number;
  /** Registers, not characters. */
  readonly count: number;
  /**
   * `ascii`, unless said: two characters a register, padded with NUL or spaces. `nibbles`: four hexadecimal digits
   * a register, the lowest first.
   */
  readonly coding?: 'ascii' | 'nibbles';
}

const registerCounts: Readonly<Record<RegisterEncoding, number>> = {
  u16: 1,
  s16: 1,
  u32: 2,
  s32: 2,
  u64: 4,
  s64: 4,
  f32: 2,
  f64: 4,
};

/** How many registers a value of this encoding takes. */
export function registerCountOf(encoding: RegisterEncoding): number {
  return registerCounts[encoding];
}

/** The registers that must come in one answer: the value's, and its scale register. */
export function extentOf(field: RegisterField): { readonly address: number; readonly count: number } {
  const wordCount = field.highWordAddress === undefined ? registerCountOf(field.encoding) : 1;
  const others = [field.highWordAddress, field.scaleRegister].filter((address) => address !== undefined);
  const address = Math.min(field.address, ...others);
  const end = Math.max(field.address + wordCount, ...others.map((other) => other + 1));
  return { address, count: end - address };
}
