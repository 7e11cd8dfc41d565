import type { BlockingTime } from '../../../gateway/io/sources/blocking-kinds.ts';
import type { I2cBus } from '../../../gateway/io/i2c-bus.ts';
import type { Ads1115Chip } from '../../../modbus-sim/i2c/ads1115-chip.ts';

/** Bits of a transfer of one byte with its acknowledgement, at 400 kHz. */
const byteMs = 9 / 400;

/** An I2C bus as i2c-bus's promisified methods give it, on a clock that transfers and sleeps move. */
export class SimulatedI2cBus {
  nowMs = 0;
  opened = 0;
  closed = 0;
  transfers = 0;
  /** Errors of the next transfers; undefined is none. */
  readonly troubles: (string | undefined)[] = [];
  closing: Error | undefined;
  readonly chips: ReadonlyMap<number, Ads1115Chip>;
  readonly time: BlockingTime = {
    nowMs: () => this.nowMs,
    // As Atomics.wait: never less, a little more.
    sleep: (forMs) => void (this.nowMs += forMs + 0.06),
  };

  constructor(chips: Readonly<Record<number, Ads1115Chip>>) {
    this.chips = new Map(Object.entries(chips).map(([address, chip]) => [Number(address), chip]));
  }

  readonly open = async (): Promise<I2cBus> => {
    this.opened += 1;
    return {
      i2cRead: async (address, length, buffer) => {
        const bytes = this.#transfer(address, length).read(this.nowMs);
        for (const [index, byte] of bytes.entries()) buffer[index] = byte;
        return { bytesRead: length };
      },
      i2cWrite: async (address, length, buffer) => {
        this.#transfer(address, length).write([...buffer.subarray(0, length)], this.nowMs);
        return { bytesWritten: length };
      },
      close: async () => {
        this.closed += 1;
        if (this.closing !== undefined) throw this.closing;
      },
    };
  };

  #transfer(address: number, length: number): Ads1115Chip {
    this.transfers += 1;
    this.nowMs += (length + 1) * byteMs;
    const chip = this.chips.get(address);
    const trouble = this.troubles.shift() ?? (chip === undefined ? 'EREMOTEIO' : undefined);
    if (trouble === undefined && chip !== undefined) return chip;
    throw Object.assign(new Error(`${trouble}: Remote I/O error`), { code: trouble });
  }
}
