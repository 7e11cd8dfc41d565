import { GatewayError } from '../../core/errors.ts';
import type { RegisterRange } from '../transports/transport.ts';
import { decodeField, decodeText } from './decode.ts';
import type { DriverDefinition, Recognition, RecognitionCheck, RegisterReader } from './driver.ts';
import { extentOf, type WordOrder } from './register-map.ts';

/**
 * Whether the device that `read` reaches is one of this driver's kind; undefined when it is not, or when the
 * driver does not know how to tell. Checks are made in their order, up to the first that fails. What the device
 * refuses fails its check; all other errors are the reader's and reject: then nothing is known.
 */
export async function recognise(
  driver: DriverDefinition,
  read: RegisterReader,
): Promise<Recognition['certainty'] | undefined> {
  if (driver.recognition === undefined) return undefined;
  for (const check of driver.recognition.checks) {
    if (!(await holds(check, driver.wordOrder, read))) return undefined;
  }
  return driver.recognition.certainty;
}

async function holds(check: RecognitionCheck, wordOrder: WordOrder, read: RegisterReader): Promise<boolean> {
  if ('not' in check) return !(await holds(check.not, wordOrder, read));
  if ('text' in check) {
    const words = await readUnlessRefused(check.text, read);
    const text = words && decodeText(check.text, words);
    return text !== undefined && check.matches.test(text);
  }
  const { number: field, anyOf } = check;
  const words = await readUnlessRefused({ table: field.table, ...extentOf(field) }, read);
  if (words === undefined) return false;
  const { value, quality } = decodeField(field, words, wordOrder);
  return quality === 'good' && (anyOf === undefined || anyOf.includes(value));
}

/** Exceptions of a gateway that does not reach the device: they say nothing about it. */
const notTheDevice: readonly unknown[] = [10, 11];

async function readUnlessRefused(
  { table, address, count }: RegisterRange,
  read: RegisterReader,
): Promise<Uint16Array | undefined> {
  try {
    return await read({ table, address, count });
  } catch (error) {
    const isRefusal = error instanceof GatewayError && error.code === 'device_exception';
    if (isRefusal && !notTheDevice.includes(error.facts['exception'])) return undefined;
    throw error;
  }
}
