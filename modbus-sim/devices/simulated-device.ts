import assert from 'node:assert';
import type { SimulatedHome } from '../home.ts';
import type { DeviceDefinition, RegisterDefinition } from './device-definition.ts';
import type { DeviceQuirks } from './device-quirks.ts';
import { DeviceSettings, type OnSettingsChange } from './device-settings.ts';
import { DeviceView } from './device-view.ts';
import { encodeRegister } from './register-encoder.ts';
import { isAllowed } from './writable-register.ts';
import type { WritableRegister } from './writable-register.ts';

/** How a read departs from an honest one at the present time. Both moments were given to the home's `remember`. */
export interface Distortion {
  /** The values stand still since then. */
  readonly frozenAtMs?: number | undefined;
  /** The lifetime counters restarted at zero then. */
  readonly countersResetAtMs?: number | undefined;
  /** Added to the lifetime counters. */
  readonly counterShiftWh?: number;
  /** Another device of the same kind has taken its place. */
  readonly serialNumber?: string | undefined;
}

export interface DeviceOptions {
  readonly id: string;
  readonly serialNumber: string;
  readonly quirks?: DeviceQuirks;
  readonly onSettingsChange?: OnSettingsChange;
}

export interface ReadRequest {
  readonly functionCode: 3 | 4;
  readonly address: number;
  readonly words: number;
}

/** `words` as they came: big-endian, in the device's order. */
export interface WriteRequest {
  readonly address: number;
  readonly words: Uint16Array;
}

/** Where the words of a read go. */
export interface WordBuffer {
  readonly target: DataView;
  readonly offset: number;
}

/** Modbus exception codes, "MODBUS Application Protocol Specification V1.1b3", section 7. */
export const exception = {
  illegalFunction: 1,
  illegalDataAddress: 2,
  illegalDataValue: 3,
  gatewayTargetSilent: 0x0b,
} as const;

const honest: Distortion = {};
const textWordsMax = 32;
const scratch = new Uint16Array(textWordsMax);

/** One device of the home. It turns a read into register words, a write into deeds, or either into an exception code. */
export class SimulatedDevice {
  readonly id: string;
  readonly serialNumber: string;
  readonly home: SimulatedHome;
  readonly #definition: DeviceDefinition;
  readonly #quirks: DeviceQuirks;
  readonly #settings: DeviceSettings;
  readonly #writableAt: ReadonlyMap<number, WritableRegister>;
  /** By function code: each address that answers, and the register it belongs to. */
  readonly #registersAt: Readonly<Record<3 | 4, ReadonlyMap<number, RegisterDefinition> | undefined>>;

  constructor(options: DeviceOptions, definition: DeviceDefinition, home: SimulatedHome) {
    this.id = options.id;
    this.serialNumber = options.serialNumber;
    this.home = home;
    this.#definition = definition;
    this.#quirks = options.quirks ?? {};
    this.#settings = new DeviceSettings(definition, this.#quirks, options.onSettingsChange);
    this.#writableAt = new Map((definition.writable ?? []).map((register) => [register.address, register]));
    this.#registersAt = { 3: byAddress(holdingRegisters(definition)), 4: byAddress(definition.registers[4]) };
    if (definition.controls !== undefined) home.attach(this.#settings);
  }

  /** The moments at which the device starts anew, known beforehand. */
  rebootAt(momentsMs: readonly number[]): void {
    this.#settings.rebootAt(momentsMs);
  }

  /** Writes the words big-endian into the buffer. Answers 0, or the exception code and leaves nothing of use there. */
  read(request: ReadRequest, nowMs: number, buffer: WordBuffer, distortion = honest): number {
    const refusal = this.#refusal(request);
    if (refusal !== 0) return refusal;
    const registers = this.#registersAt[request.functionCode];
    assert(registers !== undefined, 'an unknown function code was refused');

    const view = this.#view(nowMs, distortion);
    const end = request.address + request.words;
    let address = request.address;
    while (address < end) {
      const register = registers.get(address);
      if (register === undefined) return exception.illegalDataAddress;
      encodeRegister(register, view, this.#definition.wordOrder, scratch);
      const registerEnd = register.address + register.words;
      for (; address < registerEnd && address < end; address += 1) {
        const word = scratch[address - register.address] ?? 0;
        buffer.target.setUint16(buffer.offset + 2 * (address - request.address), word);
      }
    }
    return 0;
  }

  /** All of the words or none. Answers 0 or the exception code. */
  write({ address, words }: WriteRequest, nowMs: number): number {
    if (this.#writableAt.size === 0) return exception.illegalFunction;
    const changes: { register: WritableRegister; counts: number }[] = [];
    for (let index = 0; index < words.length;) {
      const register = this.#writableAt.get(address + index);
      if (register === undefined || index + register.words > words.length)
        return exception.illegalDataAddress;
      changes.push({ register, counts: this.#countsOf(register, words.subarray(index)) });
      index += register.words;
    }
    if (!changes.every(({ register, counts }) => isAllowed(register.allowed, counts))) {
      return exception.illegalDataValue;
    }
    this.home.advanceTo(nowMs);
    this.#settings.write(changes, nowMs);
    return 0;
  }

  #countsOf({ type, words: count }: WritableRegister, words: Uint16Array): number {
    const first = words[0] ?? 0;
    const second = words[1] ?? 0;
    if (count === 1) return type === 's16' ? (first << 16) >> 16 : first;
    const isHighFirst = this.#definition.wordOrder === 'high-first';
    const bits = ((isHighFirst ? first : second) << 16) | (isHighFirst ? second : first);
    return type === 's32' ? bits : bits >>> 0;
  }

  #refusal({ functionCode, address, words }: ReadRequest): number {
    const { readWordsMax, tooLongException, alignmentWords } = this.#definition;
    if (this.#registersAt[functionCode] === undefined) return exception.illegalFunction;
    if (words > readWordsMax) return tooLongException;
    if (address % alignmentWords !== 0 || words % alignmentWords !== 0) return exception.illegalDataAddress;
    return 0;
  }

  #view(nowMs: number, distortion: Distortion): DeviceView {
    const { frozenAtMs, countersResetAtMs } = distortion;
    this.home.advanceTo(nowMs);
    const state = frozenAtMs === undefined ? this.home.state() : this.home.recall(frozenAtMs);
    const serialNumber = distortion.serialNumber ?? this.serialNumber;
    const counters = {
      reset: countersResetAtMs === undefined ? undefined : this.home.recall(countersResetAtMs),
      shiftWh: distortion.counterShiftWh ?? 0,
      wrapAtWh: this.#quirks.countersWrapAtWh ?? Infinity,
    };
    return new DeviceView({ serialNumber, site: this.home.site }, state, counters, this.#settings.at(nowMs));
  }
}

/** Those that can only be read, and those that can be written too. */
function holdingRegisters({
  registers,
  writable = [],
}: DeviceDefinition): readonly RegisterDefinition[] | undefined {
  if (writable.length === 0) return registers[3];
  const readBack = writable.map(({ type, address, words }): RegisterDefinition => {
    return { type, address, words, scale: 1, isCounter: false, value: (view) => view.setting(address) };
  });
  return [...(registers[3] ?? []), ...readBack];
}

function byAddress(
  registers: readonly RegisterDefinition[] | undefined,
): ReadonlyMap<number, RegisterDefinition> | undefined {
  if (registers === undefined) return undefined;
  const map = new Map<number, RegisterDefinition>();
  for (const register of registers) {
    assert(register.words <= textWordsMax, 'a register fits the scratch buffer');
    for (let word = 0; word < register.words; word += 1) {
      assert(!map.has(register.address + word), `two registers share address ${register.address + word}`);
      map.set(register.address + word, register);
    }
  }
  return map;
}
