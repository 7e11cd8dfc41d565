import { GatewayError } from '../../core/errors.ts';
import { decodeField, encodeWrite } from '../../io/drivers/index.ts';
import { registerCountOf, type RegisterEncoding, type WordOrder } from '../../io/drivers/register-map.ts';

export const numberTypes = ['u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64'] as const;

/** What can be written by its value; longer numbers are written as words. */
export const writtenTypes = ['u16', 's16', 'u32', 's32', 'f32'] as const;

/**
 * The words as numbers of one type, one after the other; null where a float is none.
 * Errors: `input_invalid` when they are not a whole number of these.
 */
export function numbersIn(
  words: Uint16Array,
  type: RegisterEncoding,
  wordOrder: WordOrder,
): (number | null)[] {
  const size = registerCountOf(type);
  if (words.length % size !== 0) throw wrongCount(type, size, words.length);
  return Array.from({ length: words.length / size }, (_, index) => {
    const own = words.subarray(index * size, (index + 1) * size);
    const { value } = decodeField(fieldOf(type), own, wordOrder);
    return Number.isNaN(value) ? null : value;
  });
}

/** Two characters a register; what is not printable ASCII is a dot, and trailing NULs and blanks are left out. */
export function textIn(words: Uint16Array): string {
  const characters = Array.from(words, (word) => String.fromCharCode(word >>> 8, word & 0xff)).join('');
  return characters.replace(/[\0 ]+$/, '').replaceAll(/[^\x20-\x7e]/g, '.');
}

/** Errors: `input_invalid` for a fraction of an integer; `control_refused` for what does not fit. */
export function wordsFor(
  value: number,
  type: (typeof writtenTypes)[number],
  where: { readonly address: number; readonly wordOrder: WordOrder },
): Uint16Array {
  if (type !== 'f32' && !Number.isInteger(value)) {
    throw new GatewayError('input_invalid', `${value} is no whole number, as ${type} takes`, {
      hint: 'raw values are written as they stand in the register, without a scale',
    });
  }
  return encodeWrite({ address: where.address, encoding: type }, value, { ...where, exponent: 0 }).write
    .words;
}

/** Before anything is asked. Errors: as of `numbersIn`. */
export function assertCount(type: RegisterEncoding, count: number): void {
  const size = registerCountOf(type);
  if (count % size !== 0) throw wrongCount(type, size, count);
}

function wrongCount(type: string, size: number, count: number): GatewayError {
  return new GatewayError('input_invalid', `${count} registers are no whole number of ${type}`, {
    hint: `each takes ${size} of them`,
  });
}

function fieldOf(encoding: RegisterEncoding): Parameters<typeof decodeField>[0] {
  return { name: encoding, table: 'holding', address: 0, encoding, min: -Infinity, max: Infinity };
}
