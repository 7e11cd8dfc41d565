import assert from 'node:assert';
import { exception } from './devices/simulated-device.ts';
import type { Distortion, SimulatedDevice } from './devices/simulated-device.ts';
import { MbapFraming, mbapHeaderBytes, writeMbapHeader } from './mbap-framing.ts';
import type { MbapFrame } from './mbap-framing.ts';

/** Bytes to send `delayMs` (real milliseconds) after the request came. */
export interface Answer {
  readonly delayMs: number;
  readonly bytes: Uint8Array;
}

export interface Reply {
  readonly answers: readonly Answer[];
  /** The slave hangs up after the answers. */
  readonly close?: true;
}

/** One TCP connection to a slave. It keeps the bytes of an incomplete request. */
export interface SlaveConnection {
  /** `bytes` may hold half a request or several; `nowMs` is simulated time, UTC epoch milliseconds. */
  handle(bytes: Uint8Array, nowMs: number): Reply;
}

export interface SlaveOptions {
  /** A gateway answers exception 0x0B for a unit it does not know; a device keeps silent. */
  readonly isGateway?: boolean;
  /** How long every answer takes. */
  readonly latencyMs?: number;
}

type Handler = (
  device: SimulatedDevice,
  frame: MbapFrame,
  nowMs: number,
  distortion?: Distortion,
) => Uint8Array;

/** By function code. A code that is not here answers exception 1; writes would be added here. */
const handlers: ReadonlyMap<number, Handler> = new Map([
  [3, readRegisters],
  [4, readRegisters],
]);

/** The devices behind one Modbus TCP port, by unit id. Pure: answers depend on the bytes and the time given. */
export class ModbusSlave {
  readonly units: ReadonlyMap<number, SimulatedDevice>;
  readonly latencyMs: number;
  readonly #isGateway: boolean;

  constructor(units: ReadonlyMap<number, SimulatedDevice>, options: SlaveOptions = {}) {
    for (const unitId of units.keys()) assert(unitId >= 0 && unitId <= 255, 'a unit id is one byte');
    this.units = units;
    this.latencyMs = options.latencyMs ?? 0;
    this.#isGateway = options.isGateway ?? false;
  }

  openConnection(): SlaveConnection {
    const framing = new MbapFraming();
    return {
      handle: (bytes, nowMs) => {
        const answers: Answer[] = [];
        for (const frame of framing.push(bytes)) {
          const answer = this.answer(frame, nowMs);
          if (answer !== undefined) answers.push({ delayMs: this.latencyMs, bytes: answer });
        }
        return framing.isBroken ? { answers, close: true } : { answers };
      },
    };
  }

  /** The complete answer frame, or undefined when nobody answers. */
  answer(frame: MbapFrame, nowMs: number, distortion?: Distortion): Uint8Array | undefined {
    const device = this.units.get(frame.unitId);
    if (device === undefined) {
      return this.#isGateway ? exceptionFrame(frame, exception.gatewayTargetSilent) : undefined;
    }
    const handler = handlers.get(frame.pdu[0] ?? 0);
    if (handler === undefined) return exceptionFrame(frame, exception.illegalFunction);
    return handler(device, frame, nowMs, distortion);
  }
}

export function exceptionFrame(request: MbapFrame, code: number): Uint8Array {
  const bytes = new Uint8Array(mbapHeaderBytes + 2);
  writeMbapHeader(bytes, request, 2);
  bytes[mbapHeaderBytes] = (request.pdu[0] ?? 0) | 0x80;
  bytes[mbapHeaderBytes + 1] = code;
  return bytes;
}

/** Function codes 3 and 4: start (2), quantity (2) → byte count (1), words. */
function readRegisters(
  device: SimulatedDevice,
  frame: MbapFrame,
  nowMs: number,
  distortion?: Distortion,
): Uint8Array {
  const { pdu } = frame;
  if (pdu.length !== 5) return exceptionFrame(frame, exception.illegalDataValue);
  const functionCode = pdu[0] === 3 ? 3 : 4;
  const address = ((pdu[1] ?? 0) << 8) | (pdu[2] ?? 0);
  const words = ((pdu[3] ?? 0) << 8) | (pdu[4] ?? 0);
  if (words < 1 || words > 125) return exceptionFrame(frame, exception.illegalDataValue);

  const bytes = new Uint8Array(mbapHeaderBytes + 2 + 2 * words);
  const view = new DataView(bytes.buffer);
  const code = device.read({ functionCode, address, words }, nowMs, { target: view, offset: 9 }, distortion);
  if (code !== 0) return exceptionFrame(frame, code);
  writeMbapHeader(bytes, frame, 2 + 2 * words);
  bytes[7] = functionCode;
  bytes[8] = 2 * words;
  return bytes;
}
