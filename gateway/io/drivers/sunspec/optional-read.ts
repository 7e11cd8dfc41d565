import { exceptionOf, isRefusal } from '../device-identity.ts';
import type { RegisterReader } from '../driver.ts';

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
    const exception = exceptionOf(error);
    if (exception !== undefined && isRefusal(exception)) return undefined;
    throw error;
  }
}
