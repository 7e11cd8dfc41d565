import { GatewayError } from '../core/errors.ts';

/**
 * Text that can be stored, as SQLite gives it back: half of a pair of UTF-16 would come back as something else. `what`
 * names it. Errors: `input_invalid` for none, and for one that is too long.
 */
export function storedText(what: string, text: string, lengthMax: number): string {
  if (text.length > 0 && text.length <= lengthMax) return text.toWellFormed();
  throw new GatewayError(
    'input_invalid',
    `${what} has ${text.length} characters, not from 1 to ${lengthMax}`,
  );
}
