import { join } from 'node:path';
import type { Logger } from '../../../gateway/core/logger.ts';
import type { FileAccess, SignerPorts } from '../../../gateway/io/signers/signer.ts';
import { Atecc608Chip, type Atecc608Options } from '../../../modbus-sim/i2c/atecc608-chip.ts';
import { SimulatedDisk } from '../../../sim/simulated-disk.ts';

export const serial = Buffer.from('01233831995c5b7701', 'hex');
const secret = Buffer.from('11'.repeat(32), 'hex');

type BenchBus = Awaited<ReturnType<SignerPorts['openI2cBus']>>;

/** A machine with a disk, one I2C bus and a clock that moves when somebody waits. */
export class SignerBench {
  readonly disk = new SimulatedDisk();
  readonly access = new Map<string, FileAccess>();
  readonly warnings: string[] = [];
  readonly chips = new Map<number, Atecc608Chip>();
  readonly opened: number[] = [];
  /** What the bus says instead of working. */
  busCode: string | undefined;
  nowMs = 0;
  transfersAtOnce = 0;
  transfersAtOnceMost = 0;
  #drawn = 0;

  putChip(address: number, options: Partial<Atecc608Options> = {}): Atecc608Chip {
    const chip = new Atecc608Chip({ serial, secret, ...options });
    this.chips.set(address, chip);
    return chip;
  }

  get ports(): SignerPorts {
    const warn = (_facts: unknown, message: string): void => void this.warnings.push(message);
    const logger: Logger = { debug: () => 0, info: () => 0, warn, error: warn, child: () => logger };
    return {
      disk: this.disk,
      fileAccess: (path) =>
        this.disk.files.has(path) ? (this.access.get(path) ?? { mode: 0o600, isOurs: true }) : undefined,
      logger,
      dataDirectory: '/data',
      openI2cBus: async (bus) => await this.#open(bus),
      pause: async (ms) => {
        this.nowMs += ms;
        await Promise.resolve();
      },
      // Other bytes each time, as random ones are.
      randomBytes: (count) => Buffer.alloc(count, (this.#drawn += 1)),
    };
  }

  file(name: string): string {
    return join('/data', name);
  }

  async #open(bus: number): Promise<BenchBus> {
    this.opened.push(bus);
    return await Promise.resolve({
      i2cWrite: async (address, length, buffer) =>
        await this.#transfer(() => {
          const bytes = buffer.subarray(0, length);
          if (address === 0) for (const chip of this.chips.values()) chip.wake(this.nowMs);
          const isTaken = this.chips.get(address)?.write(bytes, this.nowMs) === true;
          if (!isTaken) throw systemError('EREMOTEIO');
          return { bytesWritten: length };
        }),
      i2cRead: async (address, length, buffer) =>
        await this.#transfer(() => {
          const bytes = this.chips.get(address)?.read(length, this.nowMs);
          if (bytes === undefined) throw systemError('EREMOTEIO');
          buffer.set(bytes);
          return { bytesRead: length };
        }),
      close: () => Promise.resolve(),
    });
  }

  async #transfer<Result>(run: () => Result): Promise<Result> {
    if (this.busCode !== undefined) throw systemError(this.busCode);
    this.transfersAtOnce += 1;
    this.transfersAtOnceMost = Math.max(this.transfersAtOnceMost, this.transfersAtOnce);
    await Promise.resolve();
    this.transfersAtOnce -= 1;
    // A byte at 100 kHz.
    this.nowMs += 0.1;
    return run();
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
