import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { I2cBus } from '../i2c-bus.ts';
import {
  answerLength,
  answerOf,
  chipFailed,
  commandBytes,
  isAwake,
  type ChipCommand,
} from './atecc608-packet.ts';

export interface ChipPorts {
  readonly openBus: () => Promise<I2cBus>;
  readonly pause: (ms: number) => Promise<void>;
  /** Where it may be, 7 bits. */
  readonly addresses: readonly number[];
}

/** Runs one command while the chip is awake. */
export type Execute = (command: ChipCommand) => Promise<Uint8Array>;

/** A write to this address, which nobody has, holds the data line low for long enough at 100 kHz. */
const wakeAddress = 0x00;
const wordAddressSleep = 0x01;
/** tWHI is 1.5 ms. */
const wakeMs = 2;
const pollMs = 5;
/** Between tries. A chip that hangs falls asleep by itself in 1.7 s at most (its watchdog). */
const retryMs = [10, 100, 500, 1_700];

/**
 * One ATECC608 on an I2C bus. It is woken for each use and put to sleep after it; uses wait for each other, and what
 * fails is tried again from the wake on, since the chip forgets what it was in the middle of.
 */
export class Atecc608Chip {
  readonly #ports: ChipPorts;
  #bus: I2cBus | undefined;
  /** The one where it was last. */
  #address: number | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: ChipPorts) {
    this.#ports = ports;
  }

  /** Errors: `signer_unavailable`, of the last try. */
  async use<Result>(run: (execute: Execute) => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(async () => await this.#tried(run));
    this.#last = mine.catch(() => undefined);
    return await mine;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#bus?.close();
    this.#bus = undefined;
  }

  async #tried<Result>(run: (execute: Execute) => Promise<Result>): Promise<Result> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#onceSomewhere(run);
      } catch (error) {
        const waitMs = retryMs[tries];
        if (waitMs === undefined || errorCodeOf(error) !== 'signer_unavailable') throw error;
        await this.#ports.pause(waitMs);
      }
    }
  }

  async #onceSomewhere<Result>(run: (execute: Execute) => Promise<Result>): Promise<Result> {
    const bus = await this.#opened();
    const address = this.#address ?? (await this.#found(bus));
    try {
      await this.#wake(bus, address);
      return await run(async (command) => await this.#execute(bus, address, command));
    } catch (error) {
      this.#address = undefined;
      throw error;
    } finally {
      await this.#sleep(bus, address);
    }
  }

  async #opened(): Promise<I2cBus> {
    this.#bus ??= await this.#ports.openBus().catch((error: unknown) => {
      throw this.#unreachable(error);
    });
    return this.#bus;
  }

  async #found(bus: I2cBus): Promise<number> {
    const failures: unknown[] = [];
    for (const address of this.#ports.addresses) {
      try {
        await this.#wake(bus, address);
        this.#address = address;
        return address;
      } catch (error) {
        failures.push(error);
      } finally {
        // The next wake is heard by one that sleeps.
        await this.#sleep(bus, address);
      }
    }
    throw failures.at(-1);
  }

  async #wake(bus: I2cBus, address: number): Promise<void> {
    // Nobody acknowledges it.
    await bus.i2cWrite(wakeAddress, 1, Buffer.alloc(1)).catch((error: unknown) => {
      if (!isUnacknowledged(error)) throw this.#unreachable(error);
    });
    await this.#ports.pause(wakeMs);
    const answer = await this.#read(bus, address, 4).catch((error: unknown) => {
      throw this.#unreachable(error);
    });
    if (!isAwake(answer)) throw chipFailed('does not wake up as an ATECC608 does', { reason: 'wake' });
  }

  async #sleep(bus: I2cBus, address: number): Promise<void> {
    // Where it cannot be told it falls asleep by itself.
    await bus.i2cWrite(address, 1, Buffer.from([wordAddressSleep])).catch(() => undefined);
  }

  async #execute(bus: I2cBus, address: number, command: ChipCommand): Promise<Uint8Array> {
    const bytes = commandBytes(command);
    await bus.i2cWrite(address, bytes.length, bytes).catch((error: unknown) => {
      throw this.#unreachable(error);
    });
    await this.#ports.pause(command.usualMs);
    for (let waitedMs = command.usualMs; ; waitedMs += pollMs) {
      try {
        return answerOf(command, await this.#read(bus, address, answerLength(command)));
      } catch (error) {
        // It does not acknowledge while it computes.
        if (!isUnacknowledged(error))
          throw errorCodeOf(error) === undefined ? this.#unreachable(error) : error;
        if (waitedMs >= command.mostMs)
          throw chipFailed(`does not answer to ${command.name}`, { reason: 'silent', cause: error });
      }
      await this.#ports.pause(pollMs);
    }
  }

  async #read(bus: I2cBus, address: number, length: number): Promise<Uint8Array> {
    const buffer = Buffer.alloc(length, 0xff);
    const { bytesRead } = await bus.i2cRead(address, length, buffer);
    return buffer.subarray(0, bytesRead);
  }

  #unreachable(error: unknown): Error {
    const code = systemCodeOf(error);
    const places = this.#ports.addresses.map((address) => `0x${address.toString(16)}`).join(' or ');
    const own = error instanceof GatewayError ? error.hint : undefined;
    return chipFailed(`cannot be reached at ${places}: ${(error as Error).message}`, {
      reason: code,
      cause: error,
      hint:
        own ?? hints[code] ?? 'check its power and its wires; i2cdetect -y does not see a chip that sleeps',
    });
  }
}

const hints: Readonly<Record<string, string>> = {
  ENOENT: 'switch the bus on (dtparam=i2c_arm=on), give the container its device, or set identity.i2cBus',
  EACCES: 'let this process read and write /dev/i2c-*: the group i2c',
  EPERM: 'let this process read and write /dev/i2c-*: the group i2c',
};

/** What a bus says of bytes that nobody took. */
function isUnacknowledged(error: unknown): boolean {
  return ['EREMOTEIO', 'ENXIO', 'EIO', 'ETIMEDOUT', 'EAGAIN'].includes(systemCodeOf(error));
}

function systemCodeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown';
}
