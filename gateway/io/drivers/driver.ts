import type { QuantityName } from '../../core/quantity.ts';
import type { SerialSettings } from '../../core/serial-lines.ts';
import type { DerivedField, RegisterField, TextField, WordOrder } from './register-map.ts';
import type { RegisterRange, RegisterTable } from '../transports/transport.ts';
import type { ControlDefinition } from './control-definition.ts';

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
 * Where a device's values stand in its registers. A value of several registers is never split between two
 * requests, nor parted from its scale register.
 */
export interface RegisterMap {
  readonly wordOrder: WordOrder;
  /** Fields whose name is a quantity become its readings. */
  readonly fields: readonly RegisterField[];
  readonly derived: readonly DerivedField[];
  /** What identifies the device for ever: text, or an unsigned number. Undefined when it does not say. */
  readonly serialNumber?: TextField | RegisterField;
  /** Where it stands in other models of the family: asked in this order when the first is refused, or empty. */
  readonly otherSerialNumbers?: readonly (TextField | RegisterField)[];
  /** What is learned of a device is remembered for its model and firmware. */
  readonly model?: TextField | RegisterField;
  readonly firmware?: TextField | RegisterField;
  /**
   * Addresses that must never be read, nor read across: those that do harm, and the holes of the manual, as
   * many devices refuse a request that touches one.
   */
  readonly forbidden?: readonly ForbiddenRange[];
  /** What the device can be told; nothing when absent. */
  readonly controls?: readonly ControlDefinition[];
}

/**
 * How a device of this kind is told from others: every check must hold. A text that names the maker is
 * `certain`; plausible numbers, such as a grid frequency where one is expected, are only `likely`.
 */
export interface Recognition {
  readonly certainty: 'certain' | 'likely';
  readonly checks: readonly RecognitionCheck[];
}

export type RecognitionCheck =
  | { readonly text: TextField; readonly matches: RegExp }
  /** Read, available and within its plausible range; its values are compared when given. */
  | { readonly number: RegisterField; readonly anyOf?: readonly number[] }
  /** Holds when the other does not: for what tells a device from its richer sibling. */
  | { readonly not: RecognitionCheck };

/** One value of a device that describes itself, for people. */
export interface DescribedPoint {
  /** Number of the group that it stands in, such as a SunSpec model. */
  readonly model: number;
  /** Which of several groups of that number, from 1. */
  readonly instance: number;
  /** As the device's standard names it; points of a repeated part have its number: `module[2].DCW`. */
  readonly point: string;
  /** Scaled. Text, and the name of a code, are text, and so are 64 bits, as an exact decimal; bits are a list of names. Null: there is none. */
  readonly value: number | string | readonly string[] | null;
  /** As the standard writes it; empty when there is none. */
  readonly unit: string;
}

/** Reads from the device. Errors are the transport's; `device_exception` for what the device refuses. */
export type RegisterReader = (range: RegisterRange) => Promise<Uint16Array>;

/**
 * A driver is data: what a device offers, where it stands in its registers, and how it wants to be asked.
 * Decoding and planning are the same code for all. See docs/adding-a-driver.md.
 */
export interface DriverDefinition extends RegisterMap {
  /** Kebab-case; the file's name, and what the configuration calls it. */
  readonly id: string;
  /** Maker and family, for people. */
  readonly title: string;
  /** Manual and where the map was found. */
  readonly source: string;
  readonly defaultUnit: number;
  /** Over TCP; a transport with a port of its own, such as a logger, has its own. */
  readonly defaultPort: number;
  /** Some firmware puts a wrong length into its Modbus TCP answers; what it was asked tells how long they are. */
  readonly hasWrongLength?: boolean;
  /** On a serial line; 9600 bit/s without parity, one stop bit, unless said. */
  readonly serialLine?: SerialSettings;
  readonly limits: DeviceLimits;
  readonly recognition?: Recognition;
  /**
   * For devices that describe themselves: finds the map, after a start and after each outage. It replaces the
   * driver's own, whose fields are empty. Errors: those of the reader; `device_unknown` when this is no such
   * device.
   */
  discover?(read: RegisterReader): Promise<RegisterMap>;
  /**
   * For devices that describe themselves: everything they say, in the order of their registers. Errors: as
   * for `discover`.
   */
  describe?(read: RegisterReader): Promise<readonly DescribedPoint[]>;
}

/** One decoded value; NaN when the quality says that there is none. */
export interface DecodedValue {
  readonly quantity: QuantityName;
  readonly value: number;
  readonly quality: 'good' | 'suspect' | 'missing';
}
