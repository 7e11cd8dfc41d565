import { readFileSync, statSync } from 'node:fs';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';

/** The text of a file that somebody names, as who asks may read it. Errors: `input_invalid`. */
export function readGivenFile(path: string): string {
  try {
    if (statSync(path).size > limits.textFileBytesMax) throw unreadable(path, 'is too large');
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw unreadable(path, 'cannot be read', cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError('input_invalid', `${path} ${why}`, { hint: 'check its name', cause });
}
