import { readFileSync } from 'node:fs';
import type { I2cBus } from '../gateway/io/i2c-bus.ts';
import type { Ads1115Chip } from '../modbus-sim/i2c/ads1115-chip.ts';
import { convertersOf, type ClampsNow } from '../modbus-sim/i2c/clamps-file.ts';
import { SeededRandom } from '../modbus-sim/random.ts';

/** Nobody has acknowledged the address. */
class RemoteIoError extends Error {
  readonly code = 'EREMOTEIO';
}

const noises = new SeededRandom('noise of the clamps');

/**
 * The I2C bus of the simulated home: the converters of a clamps file (modbus-sim/i2c/clamps-file.ts), with the currents
 * at the first transfer. As with i2c-bus nothing is opened before that, and errors carry the system's code.
 *
 * @param nowMs the clock of the converters; of the thread that samples unless said
 */
export async function openClampsBus(
  path: string,
  nowMs: () => number = () => performance.now(),
): Promise<I2cBus> {
  let converters: ReadonlyMap<number, Ads1115Chip> | undefined;
  const converterAt = (address: number): Ads1115Chip => {
    const random = noises.fork(String(noises.uint32()));
    converters ??= convertersOf(JSON.parse(readFileSync(path, 'utf8')) as ClampsNow, random);
    const converter = converters.get(address);
    if (converter !== undefined) return converter;
    throw new RemoteIoError('EREMOTEIO, remote I/O error');
  };
  return await Promise.resolve({
    i2cRead: async (address, length, buffer) => {
      buffer.set(converterAt(address).read(nowMs()));
      return await Promise.resolve({ bytesRead: length });
    },
    i2cWrite: async (address, length, buffer) => {
      converterAt(address).write([...buffer.subarray(0, length)], nowMs());
      return await Promise.resolve({ bytesWritten: length });
    },
    close: async () => await Promise.resolve(),
  });
}
