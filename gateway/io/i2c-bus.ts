import { describeError, GatewayError } from '../core/errors.ts';

/** One I2C bus, as i2c-bus's promisified methods. Errors carry the system's code: `EREMOTEIO`, `ENXIO`, `ENOENT`. */
export interface I2cBus {
  i2cRead(address: number, length: number, buffer: Buffer): Promise<{ readonly bytesRead: number }>;
  i2cWrite(address: number, length: number, buffer: Buffer): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

interface I2cBusPackage {
  openPromisified(busNumber: number): Promise<I2cBus>;
}

/**
 * Opens nothing yet: the first transfer does, and fails when there is no such bus. Errors: `source_unavailable` when
 * the package cannot be loaded.
 */
export async function openI2cBus(busNumber: number): Promise<I2cBus> {
  return await (await loadPackage()).openPromisified(busNumber);
}

async function loadPackage(): Promise<I2cBusPackage> {
  try {
    // It comes without types.
    // @ts-expect-error -- an optional dependency, which this machine may lack
    const loaded = (await import('i2c-bus')) as { readonly default: I2cBusPackage };
    return loaded.default;
  } catch (cause) {
    // Its first line ends before the list of places that were tried.
    const what = describeError(cause).replace(/(\.? Tried:)?\n.*/s, '');
    throw new GatewayError('source_unavailable', `the package i2c-bus cannot be loaded: ${what}`, {
      cause,
      hint: 'build it for this Node: npm rebuild i2c-bus, which needs Python, make and a C++ compiler',
      facts: { package: 'i2c-bus' },
    });
  }
}
