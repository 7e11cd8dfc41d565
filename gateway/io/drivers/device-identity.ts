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
  const firmware = await readWords(map.firmware, map, read);
  return { serialNumber, model: model ?? '', firmware: firmware ?? '' };
}

/**
 * Only the part that no two devices share. Errors as above. Where a device fails to answer this once no other place
 * is looked at: the same device must not have two numbers.
 */
export async function readSerialNumber(map: RegisterMap, read: RegisterReader): Promise<string> {
  for (const field of [map.serialNumber, ...(map.otherSerialNumbers ?? [])]) {
    const words = await readWords(field, map, read);
    if (words !== '') return words ?? '';
  }
  return '';
}

/** Empty when it is refused, or says nothing; undefined when it failed this once. */
async function readWords(
  field: TextField | RegisterField | undefined,
  { wordOrder }: RegisterMap,
  read: RegisterReader,
): Promise<string | undefined> {
  if (field === undefined) return '';
  const { table } = field;
  const { address, count } = 'count' in field ? field : extentOf(field);
  let words: Uint16Array;
  try {
    words = await read({ table, address, count });
  } catch (error) {
    const exception = exceptionOf(error);
    if (exception === undefined || !(error instanceof GatewayError) || error.code === 'device_busy')
      throw error;
    return isRefusal(exception) ? '' : undefined;
  }
  if ('count' in field) return decodeText(field, words) ?? '';
  const { value, quality } = decodeField(field, words, wordOrder);
  return quality === 'good' ? String(value) : '';
}
