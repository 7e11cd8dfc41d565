import { GatewayError } from '../../../core/errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** undefined when it is absent, null or empty. Errors: `input_invalid`. */
export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw invalid(`${name} must be a text`);
}

/** A number, or a text that is one: `502`, `0x10`. undefined when it is absent, null or empty. Errors: `input_invalid`. */
export function numberField(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    const number = numberFromText(value);
    if (number !== undefined) return number;
  }
  throw invalid(`${name} must be a number`);
}

/** Decimal, hexadecimal (`0x10`) or binary (`0b1`); undefined for anything else. */
export function numberFromText(text: string): number | undefined {
  const plain = text.trim();
  if (/^[+-]?\d{1,17}(\.\d{1,17})?$/.test(plain)) return Number(plain);
  return /^0(x[0-9a-f]{1,12}|b[01]{1,48})$/i.test(plain) ? Number(plain) : undefined;
}

/** An object, or undefined when it is absent. Errors: `input_invalid`. */
export function objectField(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw invalid(`${name} must be an object`);
}

/** Whether it is said; `true` and `false` only. Errors: `input_invalid`. */
export function flagField(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw invalid(`${name} must be true or false`);
}

/** Refuses what nobody knows, so that no misspelt field is passed over. Errors: `input_invalid`. */
export function refuseUnknown(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(`there is no field ${JSON.stringify(unknown.slice(0, 80))}: there are ${known.join(', ')}`);
}

function invalid(message: string): GatewayError {
  return new GatewayError('input_invalid', message);
}
