import assert from 'node:assert';
import { exception } from './devices/simulated-device.ts';
import type { Distortion, SimulatedDevice } from './devices/simulated-device.ts';
import { answerPdu, exceptionPdu, isWrite } from './function-codes.ts';

/** Bytes to send `delayMs` (real milliseconds) after the request came. */
export interface Answer {
  readonly delayMs: number;
  readonly bytes: Uint8Array;
}

export interface Reply {
  readonly answers: readonly Answer[];
  /** The slave hangs up after the answers. */
  readonly close?: true;
  /** It does so with a reset: bytes under way may be lost. */
  readonly isReset?: true;
}

/** One connection to a slave. It keeps the bytes of an incomplete request. */
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

interface UnitRequest {
  readonly unitId: number;
  readonly pdu: Uint8Array;
}

/** The devices behind one port or on one line, by unit id. Pure: answers depend on what was asked and when. */
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

  /** The PDU of the answer, or undefined when nobody answers. */
  answer({ unitId, pdu }: UnitRequest, nowMs: number, distortion?: Distortion): Uint8Array | undefined {
    const device = this.units.get(unitId);
    if (device !== undefined) return answerPdu({ device, pdu, nowMs, distortion });
    return this.#isGateway ? exceptionPdu(pdu, exception.gatewayTargetSilent) : undefined;
  }

  /** A write to all devices, of which none answers. Anything else is not for them. */
  broadcast(pdu: Uint8Array, nowMs: number): void {
    if (!isWrite(pdu)) return;
    for (const device of this.units.values()) answerPdu({ device, pdu, nowMs, distortion: undefined });
  }
}
