import { GatewayError } from '../core/errors.ts';
import type { SerialLines } from '../core/serial-lines.ts';

/** The machine's serial lines. */
export function createRealSerialLines(): SerialLines {
  return {
    open: ({ path }) =>
      Promise.reject(
        new GatewayError('serial_unavailable', `${path}: support for serial lines is not installed`),
      ),
  };
}
