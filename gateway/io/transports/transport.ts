import type { Clock } from '../../core/clock.ts';
import type { Network } from '../../core/network.ts';

/** Which of a device's two register tables: holding registers are read by function 3, input ones by 4. */
export type RegisterTable = 'holding' | 'input';

/** `count` registers of 16 bits from the zero-based wire address `address`. At most 125. */
export interface RegisterRange {
  readonly table: RegisterTable;
  readonly address: number;
  readonly count: number;
}

/** What a transport has seen since it was made. Counts only grow. */
export interface TransportCounters {
  readonly requests: number;
  readonly replies: number;
  readonly exceptions: number;
  readonly timeouts: number;
  /** Frames that broke the protocol; each closed the connection. */
  readonly framesInvalid: number;
  /** Answers that came after their request had been given up; dropped. */
  readonly repliesLate: number;
  readonly connects: number;
  readonly connectFailures: number;
}

/**
 * A way to a device's registers. It serves one request at a time: callers go through a lane.
 * - It connects by itself when first asked, and again after a failure; it never retries a request.
 * - A failed request has no effect on the next one's answer: late answers are dropped by transaction id,
 *   and after a framing error, or a signal that fired while the device had the request, the connection is
 *   closed, unless another unit has just answered on it. A signal that fires before the request is sent
 *   leaves it as it is.
 * - Errors: `connection_refused`, `connection_timeout`, `connection_closed`, `device_timeout` (the signal
 *   fired; with reason `stopping`: that), `frame_invalid`, `device_exception` (facts.exception: 1 to 255),
 *   `device_busy` (exceptions 5 and 6), `host_unresolved`.
 * - Its owner calls `close` once at the end.
 */
export interface RegisterTransport {
  /** For people and logs, without secrets: `modbus-tcp://192.0.2.7:502`. */
  readonly address: string;
  /** The words of the range, in wire order, exactly `range.count`. */
  readRegisters(unit: number, range: RegisterRange, signal: AbortSignal): Promise<Uint16Array>;
  isConnected(): boolean;
  counters(): TransportCounters;
  close(): void;
}

/** Where a device is, and how much haste its link bears. */
export interface TransportOptions {
  /** A name or an IP address. */
  readonly host: string;
  readonly port: number;
  /** Wait between a new connection and its first request. */
  readonly connectDelayMs: number;
  /** Silence between an answer, or a failure, and the next request. */
  readonly requestGapMs: number;
}

export interface TransportPorts {
  readonly network: Network;
  readonly clock: Clock;
  /** Resolves after `ms`; rejects when the signal fires before. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** A member of the family: see all.ts. */
export interface TransportDefinition {
  /** Kebab-case; the file's name, and what the configuration calls it. */
  readonly id: string;
  /** Connects nothing yet. */
  create(options: TransportOptions, ports: TransportPorts): RegisterTransport;
}
