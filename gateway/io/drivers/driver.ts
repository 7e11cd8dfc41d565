import type { QuantityName } from '../../core/quantity.ts';
import type { DerivedField, RegisterField, TextField, WordOrder } from './register-map.ts';
import type { RegisterTable } from '../transports/transport.ts';

/** How a device wants to be asked; from its manual or from what its users found. */
export interface DeviceLimits {
  /** Registers in one request; at most 125. */
  readonly registersMax: number;
  /** Longest answer of a healthy device: slower counts as a fault, and as one of the bound's dead devices. */
  readonly responseMsMax: number;
  /** Silence between an answer and the next request. */
  readonly requestGapMs: number;
  /** Wait between a new connection and its first request. */
  readonly connectDelayMs: number;
  /** A request without an answer is given up after this. */
  readonly requestTimeoutMs: number;
  /** What a request costs besides its registers, `requestGapMs` included; 20 more than that unless said. */
  readonly perRequestMs?: number;
  /** What each register adds to an answer: 2.3 on a line of 9600 bit/s; 0.1 unless said. */
  readonly perRegisterMs?: number;
}

/** From address `first` to `last`, both included. */
export interface ForbiddenRange {
  readonly table: RegisterTable;
  readonly first: number;
  readonly last: number;
}

/**
 * A driver is data: what a device offers, where it stands in its registers, and how it wants to be asked.
 * Decoding and planning are the same code for all. A value of several registers is never split between
 * two requests. See docs/adding-a-driver.md.
 */
export interface DriverDefinition {
  /** Kebab-case; the file's name, and what the configuration calls it. */
  readonly id: string;
  /** Maker and family, for people. */
  readonly title: string;
  /** Manual and where the map was found. */
  readonly source: string;
  readonly wordOrder: WordOrder;
  readonly defaultUnit: number;
  readonly defaultPort: number;
  readonly limits: DeviceLimits;
  /** Fields whose name is a quantity become its readings. */
  readonly fields: readonly RegisterField[];
  readonly derived: readonly DerivedField[];
  /** What identifies the device for ever: text, or an unsigned number. */
  readonly serialNumber: TextField | RegisterField;
  /**
   * Addresses that must never be read, nor read across: those that do harm, and the holes of the manual, as
   * many devices refuse a request that touches one.
   */
  readonly forbidden?: readonly ForbiddenRange[];
}

/** One decoded value; NaN when the quality says that there is none. */
export interface DecodedValue {
  readonly quantity: QuantityName;
  readonly value: number;
  readonly quality: 'good' | 'suspect' | 'missing';
}
