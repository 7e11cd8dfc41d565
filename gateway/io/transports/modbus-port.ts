import assert from 'node:assert';
import { EventEmitter } from 'node:events';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Connection, ConnectionListener } from '../../core/network.ts';
import type { SerialSettings } from '../../core/serial-lines.ts';
import { withCrc } from './crc16.ts';
import type { Framing, FramingListener } from './framing.ts';
import { frameSilenceMs, wireTimeMs } from './line-timing.ts';

/** What a port tells its owner. */
export interface PortListener {
  onLateAnswer(): void;
  /** The request, if one was made, has failed: `frame_invalid`, or what the framing says of a refusal. */
  onFailed(error: GatewayError): void;
  /** The connection is gone, and not by the owner's `close`: `frame_invalid` or `connection_closed`. */
  onLost(error: GatewayError): void;
}

/** Where a port's bytes go. */
export interface Wire {
  /** For people. */
  readonly name: string;
  /** Of a serial line, which has silences, and stays open whatever is heard on it. */
  readonly line?: SerialSettings;
  open(listener: ConnectionListener, signal: AbortSignal): Promise<Connection>;
}

/** One connection, from the moment it is asked for. */
interface Link {
  connection: Connection | undefined;
  /** Why it was lost. */
  error: GatewayError | undefined;
}

const crcBytes = 2;
/** Silence that ends a damaged frame: an adapter hands on what it hears every 16 ms (FTDI's latency timer). */
const damageSilenceMs = 50;

/**
 * A port for modbus-serial, which speaks RTU frames to it: they go out as the framing has it, and only an
 * answer that the framing accepts comes back. modbus-serial always sees transaction 1, so it keeps one
 * transaction whatever happens.
 */
export class ModbusPort extends EventEmitter {
  /** Read and set by modbus-serial. */
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  readonly #wire: Wire;
  readonly #framing: Framing;
  readonly #clock: Clock;
  readonly #listener: PortListener;
  #link: Link | undefined;
  #quietAtMs = 0;
  #isDamaged = false;

  constructor(
    wire: Wire,
    createFraming: (listener: FramingListener) => Framing,
    clock: Clock,
    listener: PortListener,
  ) {
    super();
    this.#wire = wire;
    this.#clock = clock;
    this.#listener = listener;
    this.#framing = createFraming({
      onAnswer: (unitAndPdu) => this.emit('data', withCrc(unitAndPdu)),
      onLateAnswer: () => listener.onLateAnswer(),
      onInvalid: (reason) => this.#fail(reason),
      onRefused: (error) => listener.onFailed(error),
      onReply: (bytes) => this.#link?.connection?.write(bytes),
    });
  }

  get isOpen(): boolean {
    return this.#link?.connection !== undefined;
  }

  /** Whether nothing heard on it can do harm once it is silent. */
  get isLine(): boolean {
    return this.#wire.line !== undefined;
  }

  /** Bytes are there that belong to no request, and no silence will part them from what comes. */
  get hasStrayBytes(): boolean {
    return !this.isLine && this.isOpen && this.#framing.bufferedBytes > 0;
  }

  /** No request before: the line's last byte, and the silence after it. */
  get quietAtMs(): number {
    return this.#quietAtMs;
  }

  get mayEcho(): boolean {
    return this.#framing.mayEcho;
  }

  unansweredCount(unit: number, functionCode: number): number {
    return this.#framing.unansweredCount(unit, functionCode);
  }

  /** For modbus-serial, which registers its listeners then. Connecting is `connect`'s work. */
  open(callback: (error?: Error) => void): void {
    callback();
  }

  /** Errors: those of the wire, `connection_closed`, `frame_invalid`. */
  async connect(signal: AbortSignal): Promise<void> {
    assert(this.#link === undefined, 'the port is closed');
    const link: Link = { connection: undefined, error: undefined };
    this.#link = link;
    this.#framing.reset();
    let connection: Connection;
    try {
      connection = await this.#wire.open(this.#listenTo(link), signal);
    } catch (error) {
      if (this.#link === link) this.#link = undefined;
      throw error;
    }
    if (this.#link !== link) {
      connection.close();
      throw link.error ?? this.#closedError(undefined);
    }
    link.connection = connection;
    this.#keepSilence(0);
  }

  /** Takes one RTU request of modbus-serial: unit, PDU, CRC. */
  write(rtuFrame: Uint8Array): void {
    const connection = this.#link?.connection;
    assert(connection !== undefined, 'the port is open');
    this.#isDamaged = false;
    const bytes = this.#framing.request(rtuFrame.subarray(0, rtuFrame.length - crcBytes));
    this.#keepSilence(bytes.length);
    connection.write(bytes);
  }

  /** The request is given up. A connection is as good or as bad as before; the owner decides. */
  giveUp(): void {
    this.#isDamaged = this.#framing.bufferedBytes > 0;
    this.#framing.giveUp();
    if (this.#isDamaged) this.#keepSilence(0);
  }

  /** At once; the owner is not told. */
  close(callback?: () => void): void {
    const connection = this.#link?.connection;
    this.#link = undefined;
    this.#framing.reset();
    connection?.close();
    callback?.();
  }

  #listenTo(link: Link): ConnectionListener {
    return {
      onData: (bytes) => {
        if (this.#link !== link) return;
        this.#framing.push(bytes);
        this.#keepSilence(0);
      },
      onClose: (reason) => {
        this.#lose(link, this.#closedError(reason));
      },
    };
  }

  /** From the end of what is being sent, or has just been heard. */
  #keepSilence(bytesToSend: number): void {
    const { line } = this.#wire;
    if (line === undefined) return;
    const silenceMs = this.#isDamaged ? damageSilenceMs : frameSilenceMs(line);
    const quietAtMs = this.#clock.monotonic() + wireTimeMs(bytesToSend, line) + silenceMs;
    this.#quietAtMs = Math.max(this.#quietAtMs, quietAtMs);
  }

  #fail(reason: string): void {
    const error = new GatewayError('frame_invalid', `${this.#wire.name} broke the protocol: ${reason}`, {
      hint: 'check the cable, the converter, and that no other master is on the line',
    });
    if (!this.isLine) {
      this.#lose(this.#link, error);
      return;
    }
    this.#isDamaged = true;
    this.#listener.onFailed(error);
  }

  #lose(link: Link | undefined, error: GatewayError): void {
    if (link === undefined || this.#link !== link) return;
    this.#link = undefined;
    link.error = error;
    this.#framing.giveUp();
    link.connection?.close();
    this.#listener.onLost(error);
  }

  #closedError(cause: Error | undefined): GatewayError {
    return new GatewayError('connection_closed', `${this.#wire.name} closed the connection`, { cause });
  }
}
