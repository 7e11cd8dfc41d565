import type { Clock } from '../../core/clock.ts';
import type { Network } from '../../core/network.ts';
import type { SerialLines, SerialSettings } from '../../core/serial-lines.ts';

/** Which of a device's two register tables: holding registers are read by function 3, input ones by 4. */
export type RegisterTable = 'holding' | 'input';

/** `count` registers of 16 bits from the zero-based wire address `address`. At most 125. */
export interface RegisterRange {
  readonly table: RegisterTable;
  readonly address: number;
  readonly count: number;
}

/** Holding registers to be written: at most 123 words from the zero-based wire address `address`. */
export interface RegisterWrite {
  readonly address: number;
  readonly words: Uint16Array;
  /** 6 writes one register, 16 any number; some devices know only one of them. */
  readonly functionCode: 6 | 16;
}

/** What a transport has seen since it was made. Counts only grow. */
export interface TransportCounters {
  readonly requests: number;
  readonly replies: number;
  readonly exceptions: number;
  readonly timeouts: number;
  /** Frames that broke the protocol; each closed the connection, unless it is a serial line. */
  readonly framesInvalid: number;
  /** Answers that came after their request had been given up; dropped. */
  readonly repliesLate: number;
  readonly connects: number;
  readonly connectFailures: number;
}

/**
 * A way to a device's registers. It serves one request at a time: callers go through a lane.
 * - It connects by itself when first asked, and again after a failure; it never retries a request.
 * - A failed request has no effect on the next one's answer: late answers are dropped by transaction id, and
 *   after a framing error, or a signal that fired while the device had the request, the connection is closed,
 *   unless another unit has just answered on it. A signal that fires before the request is sent leaves it as it
 *   is. A serial line stays open: what was damaged ends with its next silence.
 * - Answers of RTU carry no id: for some seconds after a request was given up, others of its unit and function
 *   are made twice, within one's time, and the second answer is believed (a write of function 6 is known by its
 *   echo). Before the first write of a connection a register is read, which shows whether the line echoes.
 * - Errors: `connection_refused`, `connection_timeout`, `connection_closed`, `device_timeout` (the signal
 *   fired; with reason `stopping`: that), `frame_invalid`, `device_exception` (facts.exception: 1 to 255),
 *   `device_busy` (exceptions 5 and 6), `host_unresolved`, `serial_unavailable`. `device_timeout` also when a
 *   logger says that its inverter does not answer.
 * - Its owner calls `close` once at the end.
 */
export interface RegisterTransport {
  /** For people and logs, without secrets: `modbus-tcp://192.0.2.7:502`. */
  readonly address: string;
  /** The words of the range, in wire order, exactly `range.count`. */
  readRegisters(unit: number, range: RegisterRange, signal: AbortSignal): Promise<Uint16Array>;
  /**
   * Resolves when the device has confirmed this very write. After any error but an exception it may have
   * happened, or may happen yet: read back.
   */
  writeRegisters(unit: number, write: RegisterWrite, signal: AbortSignal): Promise<void>;
  isConnected(): boolean;
  counters(): TransportCounters;
  close(): void;
}

/** A device, or a gateway to devices, on the network. */
export interface HostEndpoint {
  /** A name or an IP address. */
  readonly host: string;
  readonly port: number;
}

/** A serial line of this machine. */
export interface SerialEndpoint extends SerialSettings {
  /** `/dev/serial/by-id/…` */
  readonly path: string;
}

/** Where a device is, and how much haste its link bears. */
export interface TransportOptions {
  readonly endpoint: HostEndpoint | SerialEndpoint;
  /** Of the logger between us and the device, where the transport needs one; never the device's own. */
  readonly loggerSerial?: number;
  /** Wait between a new connection and its first request. */
  readonly connectDelayMs: number;
  /** Silence between an answer, or a failure, and the next request. */
  readonly requestGapMs: number;
  /** The lengths that its Modbus TCP answers claim are not to be believed. */
  readonly hasWrongLength?: boolean;
}

export interface TransportPorts {
  readonly network: Network;
  readonly serial: SerialLines;
  readonly clock: Clock;
  /** Resolves after `ms`; rejects when the signal fires before. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** A member of the family: see all.ts. */
export interface TransportDefinition {
  /** Kebab-case; the file's name, and what the configuration calls it. */
  readonly id: string;
  readonly endpoint: 'host' | 'serial';
  /** Whether `TransportOptions.loggerSerial` must be given. */
  readonly needsLoggerSerial: boolean;
  /** Of a host; the driver's own when absent. */
  readonly defaultPort?: number;
  /** Connects nothing yet. Asserts that the options fit its endpoint. */
  create(options: TransportOptions, ports: TransportPorts): RegisterTransport;
}

/** One unit behind a transport, for whoever holds its lane. */
export interface RegisterAccess {
  readRegisters(range: RegisterRange, signal: AbortSignal): Promise<Uint16Array>;
  writeRegisters(write: RegisterWrite, signal: AbortSignal): Promise<void>;
}
