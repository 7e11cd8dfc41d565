import { GatewayError } from '../../../core/errors.ts';
import type { RegisterReader } from '../driver.ts';

/** "Illegal function", "illegal data address" and "illegal data value": there is nothing to be read. */
const refusals: readonly unknown[] = [1, 2, 3];

/**
 * Reads holding registers that may not exist: undefined when the device refuses them. All other errors, such as
 * a time-out or a device that is busy, say nothing about that, and are thrown.
 */
export async function readIfThere(
  read: RegisterReader,
  address: number,
  count: number,
): Promise<Uint16Array | undefined> {
  try {
    return await read({ table: 'holding', address, count });
  } catch (error) {
    const isRefusal = error instanceof GatewayError && refusals.includes(error.facts['exception']);
    if (isRefusal && error.code === 'device_exception') return undefined;
    throw error;
  }
}
