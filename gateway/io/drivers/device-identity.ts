import { GatewayError } from '../../core/errors.ts';
import { decodeField, decodeText } from './decode.ts';
import type { RegisterMap, RegisterReader } from './driver.ts';
import { extentOf, type RegisterField, type TextField } from './register-map.ts';

/** Who a device says it is; each is empty when it does not say. */
export interface DeviceIdentity {
  readonly serialNumber: string;
  readonly model: string;
  readonly firmware: string;
}

/** "Illegal function", "illegal data address" and "illegal data value": the same request will be refused again. */
const refusals: readonly number[] = [1, 2, 3];
/** A gateway between us and the device says that the device does not answer. */
const deviceSilent: readonly number[] = [10, 11];

/** The exception that the device itself answered with; undefined for any other error. */
export function exceptionOf(error: unknown): number | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  const exception = error.facts['exception'];
  return typeof exception !== 'number' || deviceSilent.includes(exception) ? undefined : exception;
}

export function isRefusal(exception: number): boolean {
  return refusals.includes(exception);
}

/**
 * Reads what the map says about the device, one request each. Exceptions of the device count as saying nothing, but
 * for those that say "later" (`device_busy`). Errors: that, and the reader's.
 */
export async function readIdentity(map: RegisterMap, read: RegisterReader): Promise<DeviceIdentity> {
  const serialNumber = await readSerialNumber(map, read);
  const model = await readWords(map.model, map, read);
  return { serialNumber, model, firmware: await readWords(map.firmware, map, read) };
}

/** Only the part that no two devices share. Errors as above. */
export async function readSerialNumber(map: RegisterMap, read: RegisterReader): Promise<string> {
  return await readWords(map.serialNumber, map, read);
}

async function readWords(
  field: TextField | RegisterField | undefined,
  { wordOrder }: RegisterMap,
  read: RegisterReader,
): Promise<string> {
  if (field === undefined) return '';
  const { table } = field;
  const { address, count } = 'count' in field ? field : extentOf(field);
  let words: Uint16Array;
  try {
    words = await read({ table, address, count });
  } catch (error) {
    const exception = exceptionOf(error);
    if (exception !== undefined && error instanceof GatewayError && error.code !== 'device_busy') return '';
    throw error;
  }
  if ('count' in field) return decodeText(field, words) ?? '';
  const { value, quality } = decodeField(field, words, wordOrder);
  return quality === 'good' ? String(value) : '';
}
