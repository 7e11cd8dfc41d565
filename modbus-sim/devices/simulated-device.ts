import assert from 'node:assert';
import type { SimulatedHome } from '../home.ts';
import type { DeviceDefinition, RegisterDefinition } from './device-definition.ts';
import { DeviceView } from './device-view.ts';
import { encodeRegister } from './register-encoder.ts';

/** How a read departs from an honest one at the present time. Both moments were given to the home's `remember`. */
export interface Distortion {
  /** The values stand still since then. */
  readonly frozenAtMs?: number | undefined;
  /** The lifetime counters restarted at zero then. */
  readonly countersResetAtMs?: number | undefined;
}

export interface ReadRequest {
  readonly functionCode: 3 | 4;
  readonly address: number;
  readonly words: number;
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

/** One device of the home. It turns a read into register words, or into an exception code. */
export class SimulatedDevice {
  readonly id: string;
  readonly serialNumber: string;
  readonly home: SimulatedHome;
  readonly #definition: DeviceDefinition;
  /** By function code: each address that answers, and the register it belongs to. */
  readonly #registersAt: Readonly<Record<3 | 4, ReadonlyMap<number, RegisterDefinition> | undefined>>;

  constructor(
    identity: { id: string; serialNumber: string },
    definition: DeviceDefinition,
    home: SimulatedHome,
  ) {
    this.id = identity.id;
    this.serialNumber = identity.serialNumber;
    this.home = home;
    this.#definition = definition;
    this.#registersAt = { 3: byAddress(definition.registers[3]), 4: byAddress(definition.registers[4]) };
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

  #refusal({ functionCode, address, words }: ReadRequest): number {
    const { readWordsMax, tooLongException, alignmentWords } = this.#definition;
    if (this.#registersAt[functionCode] === undefined) return exception.illegalFunction;
    if (words > readWordsMax) return tooLongException;
    if (address % alignmentWords !== 0 || words % alignmentWords !== 0) return exception.illegalDataAddress;
    return 0;
  }

  #view(nowMs: number, { frozenAtMs, countersResetAtMs }: Distortion): DeviceView {
    this.home.advanceTo(nowMs);
    const state = frozenAtMs === undefined ? this.home.state() : this.home.recall(frozenAtMs);
    const countersReset = countersResetAtMs === undefined ? undefined : this.home.recall(countersResetAtMs);
    return new DeviceView({ serialNumber: this.serialNumber, site: this.home.site }, state, countersReset);
  }
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
