import type { Clock } from '../../core/clock.ts';
import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { RegisterAccess, RegisterRange, RegisterWrite } from '../../io/transports/transport.ts';
import type { CommandCall } from '../command.ts';
import type { DeviceQuestions } from '../device-questions.ts';
import type { StorePort } from '../store-port.ts';

export interface RawAccessPorts {
  readonly clock: Clock;
  readonly questions: DeviceQuestions;
  readonly store: StorePort<'addAuditLine'>;
  /** In the order of the configuration. */
  deviceIds(): readonly string[];
  /** Whether the device may be told things. Errors: `device_unknown`. */
  isControlled(device: string): boolean;
}

/** Registers as they are, for engineers. Nothing is read without a line in the audit. */
export class RawAccess {
  readonly #ports: RawAccessPorts;

  constructor(ports: RawAccessPorts) {
    this.#ports = ports;
  }

  /** The first of the configuration. Errors: `device_unknown` when there is none. */
  firstDevice(): string {
    const [first] = this.#ports.deviceIds();
    if (first !== undefined) return first;
    throw new GatewayError('device_unknown', 'no device is configured', { hint: 'add one: egw device add' });
  }

  /** Errors: `input_invalid` beyond the last address, `storage_failed`, those of `DeviceQuestions`. */
  async read(
    device: string,
    range: RegisterRange,
    how: { readonly action: string; readonly call: CommandCall },
  ): Promise<Uint16Array> {
    assertInTable(range.address, range.count);
    const read = this.#ports.questions.reader(questionOf(device, how.call));
    let outcome = 'ok';
    try {
      return await read(range);
    } catch (error) {
      outcome = errorCodeOf(error) ?? 'internal_error';
      throw error;
    } finally {
      await this.#audit(`${device} ${range.table} ${range.address} +${range.count}`, outcome, how);
    }
  }

  /**
   * Resolves once the device holds the words. Errors: `control_refused` unless its mode is `control`;
   * `control_unconfirmed` when it holds something else, or does not say; `input_invalid`; those of
   * `DeviceQuestions`.
   */
  async write(device: string, write: RegisterWrite, call: CommandCall): Promise<void> {
    assertInTable(write.address, write.words.length);
    if (write.functionCode === 6 && write.words.length !== 1) {
      throw new GatewayError('input_invalid', `function 6 writes 1 register, not ${write.words.length}`, {
        hint: 'use function 16 for several',
      });
    }
    this.#assertControlled(device);
    await this.#ports.questions.ask(questionOf(device, call), async (registers, signal) => {
      // It may have changed while this waited for the lane.
      this.#assertControlled(device);
      await writeAndReadBack(registers, write, signal);
    });
  }

  #assertControlled(device: string): void {
    if (this.#ports.isControlled(device)) return;
    throw new GatewayError(
      'control_refused',
      `device ${device} is not in mode control: nothing is written to it`,
      {
        hint: `allow it with: egw device mode ${device} control`,
      },
    );
  }

  async #audit(
    detail: string,
    outcome: string,
    { action, call }: { readonly action: string; readonly call: CommandCall },
  ): Promise<void> {
    await this.#ports.store.call('addAuditLine', {
      atMs: this.#ports.clock.wall(),
      principal: call.principal.id,
      action,
      outcome,
      detail: `${detail}, from ${call.origin}`,
    });
  }
}

async function writeAndReadBack(
  registers: RegisterAccess,
  write: RegisterWrite,
  signal: AbortSignal,
): Promise<void> {
  const { address, words } = write;
  let failure: unknown;
  try {
    await registers.writeRegisters(write, signal);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'device_exception' || code === 'device_busy') throw error;
    // It may have been written all the same: what the device holds tells.
    failure = error;
  }
  const held = await registers
    .readRegisters({ table: 'holding', address, count: words.length }, signal)
    .catch((error: unknown) => {
      throw new GatewayError('control_unconfirmed', `whether register ${address} was written is not known`, {
        hint: 'read it before writing again',
        cause: failure ?? error,
      });
    });
  const differs = held.findIndex((word, index) => word !== words[index]);
  if (differs < 0) return;
  throw new GatewayError(
    'control_unconfirmed',
    `register ${address + differs} holds ${held[differs] ?? NaN}, not the ${words[differs] ?? NaN} that was written`,
    { hint: 'some registers are commands and cannot be read back, or take only some values', cause: failure },
  );
}

function assertInTable(address: number, count: number): void {
  if (address + count <= 65_536) return;
  throw new GatewayError(
    'input_invalid',
    `${count} registers from ${address} end beyond the last one, 65535`,
    {
      hint: 'addresses are counted from 0',
    },
  );
}

function questionOf(device: string, call: CommandCall): Parameters<DeviceQuestions['reader']>[0] {
  return { device, verb: 'raw', limitMs: limits.controlWaitMsMax, signal: call.signal };
}
