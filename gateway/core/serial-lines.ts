import { GatewayError } from './errors.ts';
import type { Connection, ConnectionListener } from './network.ts';

/** How characters go over a serial line. Always 8 data bits. */
export interface SerialSettings {
  /** Bits a second: 1,200 to 115,200. */
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** What most devices are set to when they leave the works. */
export const usualSerialSettings: SerialSettings = { baudRate: 9_600, parity: 'none', stopBits: 1 };

export interface OpenLineOptions extends SerialSettings {
  /** `/dev/serial/by-id/…` stays the same adapter whatever else is plugged in; `/dev/ttyUSB0` may not. */
  readonly path: string;
  readonly listener: ConnectionListener;
  readonly signal: AbortSignal;
}

/**
 * The serial lines of this machine. A line is exclusive: opened twice, the second fails.
 * Errors: `serial_unavailable` (no such adapter, no permission, in use, or support is not installed).
 */
export interface SerialLines {
  open(options: OpenLineOptions): Promise<Connection>;
}

/** Of a machine that has none. */
export const noSerialLines: SerialLines = {
  open: ({ path }) =>
    Promise.reject(new GatewayError('serial_unavailable', `there is no serial line ${path}`)),
};
