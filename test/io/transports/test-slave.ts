import type { SlaveFraming } from './slave-framings.ts';

/** One connection to a slave, from its side. */
export interface Session {
  write(bytes: Uint8Array): void;
  /** At once. */
  close(): void;
}

/** What the slave does with one request, given the honest answer's unit and PDU. */
export type Behaviour = (exchange: Exchange) => void;

export interface Exchange {
  readonly session: Session;
  readonly request: Buffer;
  /** Unit and PDU. */
  readonly answer: Buffer;
  /** The answer, packed. */
  readonly honest: Buffer;
  pack(unitAndPdu: Buffer): Buffer;
}

/** A slave whose registers n hold n, holding ones until written, input ones for ever. */
export class TestSlave {
  /** Packed, as they came. */
  readonly requests: Buffer[] = [];
  connections = 0;
  readonly #framing: SlaveFraming;
  readonly #behaviours: Behaviour[] = [];
  readonly #written = new Map<number, number>();

  constructor(framing: SlaveFraming) {
    this.#framing = framing;
  }

  /** For the next requests, one each; honest without. */
  willDo(...behaviours: readonly Behaviour[]): void {
    this.#behaviours.push(...behaviours);
  }

  /** A whole request. */
  receive(request: Buffer, session: Session): void {
    this.requests.push(Buffer.from(request));
    const answer = this.#answer(this.#framing.unpack(request));
    const pack = (unitAndPdu: Buffer): Buffer => this.#framing.pack(unitAndPdu, request);
    const behave = this.#behaviours.shift() ?? honestly;
    behave({ session, request, answer, honest: pack(answer), pack });
  }

  #answer(unitAndPdu: Buffer): Buffer {
    const functionCode = unitAndPdu.readUInt8(1);
    const address = unitAndPdu.readUInt16BE(2);
    const value = unitAndPdu.readUInt16BE(4);
    if (functionCode === 6) this.#written.set(address, value);
    if (functionCode === 16) {
      for (let index = 0; index < value; index += 1)
        this.#written.set(address + index, unitAndPdu.readUInt16BE(7 + 2 * index));
    }
    if (functionCode === 6 || functionCode === 16) return Buffer.from(unitAndPdu.subarray(0, 6));
    const answer = Buffer.alloc(3 + 2 * value);
    answer.set([unitAndPdu.readUInt8(0), functionCode, 2 * value]);
    for (let index = 0; index < value; index += 1) {
      const written = functionCode === 3 ? this.#written.get(address + index) : undefined;
      answer.writeUInt16BE(written ?? address + index, 3 + 2 * index);
    }
    return answer;
  }
}

export function honestly({ session, honest }: Exchange): void {
  session.write(honest);
}

/** An exception to whatever was asked. */
export function refusing(exception: number): Behaviour {
  return ({ session, answer, pack }) => {
    session.write(pack(Buffer.of(answer.readUInt8(0), answer.readUInt8(1) | 0x80, exception)));
  };
}
