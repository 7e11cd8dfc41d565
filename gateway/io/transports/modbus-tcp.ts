import assert from 'node:assert';
import { errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import { ModbusClient } from './modbus-client.ts';
import { ModbusTcpPort } from './modbus-tcp-port.ts';
import type {
  RegisterRange,
  RegisterTransport,
  TransportCounters,
  TransportDefinition,
  TransportOptions,
  TransportPorts,
} from './transport.ts';

/** Modbus TCP; also serial devices behind a Modbus TCP gateway. */
export const modbusTcp: TransportDefinition = {
  id: 'modbus-tcp',
  endpoint: 'host',
  needsLoggerSerial: false,
  create: createModbusTcpTransport,
};

/** See `RegisterTransport` for what it promises. */
export function createModbusTcpTransport(
  options: TransportOptions,
  ports: TransportPorts,
): RegisterTransport {
  return new ModbusTcpTransport(options, ports);
}

/** Registers in one answer: "MODBUS Application Protocol Specification V1.1b3", section 6.3. */
const registersMax = 125;
const busyExceptions: readonly number[] = [5, 6];

/** The request that the device has, or is about to get. */
interface Request {
  readonly unit: number;
  readonly range: RegisterRange;
  readonly signal: AbortSignal;
  readonly resolve: (words: Uint16Array) => void;
  readonly reject: (error: unknown) => void;
}

type MutableCounters = { -readonly [Name in keyof TransportCounters]: number };

class ModbusTcpTransport implements RegisterTransport {
  readonly address: string;
  readonly #options: TransportOptions;
  readonly #ports: TransportPorts;
  readonly #port: ModbusTcpPort;
  readonly #client: ModbusClient;
  readonly #counters: MutableCounters = {
    requests: 0,
    replies: 0,
    exceptions: 0,
    timeouts: 0,
    framesInvalid: 0,
    repliesLate: 0,
    connects: 0,
    connectFailures: 0,
  };
  #isBusy = false;
  #isClosed = false;
  #request: Request | undefined;
  #heard: AbortSignal | undefined;
  /** The unit that answered last on this connection, unless a time-out came after it. */
  #answeredUnit: number | undefined;
  /** No request is sent before. */
  #readyAtMs = 0;

  constructor(options: TransportOptions, ports: TransportPorts) {
    const { endpoint } = options;
    assert('host' in endpoint, 'Modbus TCP goes to a host');
    const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
    this.address = `modbus-tcp://${host}:${endpoint.port}`;
    this.#options = options;
    this.#ports = ports;
    const address = { ...endpoint, name: this.address };
    this.#port = new ModbusTcpPort(ports.network, address, {
      onLateAnswer: () => {
        this.#counters.repliesLate += 1;
      },
      onLost: (error) => {
        if (error.code === 'frame_invalid') this.#counters.framesInvalid += 1;
        this.#fail(error);
      },
    });
    this.#client = new ModbusClient(this.#port);
    this.#client.open();
  }

  async readRegisters(unit: number, range: RegisterRange, signal: AbortSignal): Promise<Uint16Array> {
    assert(!this.#isBusy, 'one request at a time: callers go through a lane');
    assert(
      range.count >= 1 && range.count <= registersMax,
      `1 to ${registersMax} registers, not ${range.count}`,
    );
    assert(
      range.address >= 0 && range.address + range.count <= 65_536,
      'the range is in the 16-bit address space',
    );
    this.#isBusy = true;
    this.#counters.requests += 1;
    try {
      if (!this.#isReady(signal)) await this.#prepare(unit, range, signal);
      return await this.#ask(unit, range, signal);
    } finally {
      this.#isBusy = false;
    }
  }

  writeRegisters(): Promise<void> {
    return Promise.reject(new GatewayError('control_refused', `${this.address} cannot be written to`));
  }

  isConnected(): boolean {
    return this.#port.isOpen;
  }

  counters(): TransportCounters {
    return { ...this.#counters };
  }

  close(): void {
    this.#isClosed = true;
    this.#port.close();
    this.#fail(this.#closedError());
  }

  #isReady(signal: AbortSignal): boolean {
    const isIdle = this.#port.isOpen && !this.#port.hasStrayBytes && !signal.aborted;
    return isIdle && this.#ports.clock.monotonic() >= this.#readyAtMs;
  }

  async #prepare(unit: number, range: RegisterRange, signal: AbortSignal): Promise<void> {
    if (this.#isClosed) throw this.#closedError();
    this.#checkSignal(unit, range, signal);
    if (this.#port.hasStrayBytes) {
      this.#counters.framesInvalid += 1;
      this.#port.close();
    }
    if (!this.#port.isOpen) await this.#connect(signal);
    const waitMs = this.#readyAtMs - this.#ports.clock.monotonic();
    if (waitMs > 0) await this.#wait(waitMs, signal);
    this.#checkSignal(unit, range, signal);
    if (!this.isConnected()) throw this.#closedError();
  }

  async #connect(signal: AbortSignal): Promise<void> {
    try {
      await this.#port.connect(signal);
    } catch (error) {
      this.#counters.connectFailures += 1;
      throw isStopping(signal) ? signal.reason : error;
    }
    this.#counters.connects += 1;
    this.#answeredUnit = undefined;
    this.#readyAtMs = this.#ports.clock.monotonic() + this.#options.connectDelayMs;
  }

  async #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#ports.wait(waitMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #ask(unit: number, range: RegisterRange, signal: AbortSignal): Promise<Uint16Array> {
    return new Promise((resolve, reject) => {
      this.#request = { unit, range, signal, resolve, reject };
      this.#listenTo(signal);
      if (range.table === 'holding') this.#client.writeFC3(unit, range.address, range.count, this.#onReply);
      else this.#client.writeFC4(unit, range.address, range.count, this.#onReply);
    });
  }

  /** A device's requests mostly come with one signal: listening to it once saves a tenth of their cost. */
  #listenTo(signal: AbortSignal): void {
    if (signal === this.#heard) return;
    this.#heard?.removeEventListener('abort', this.#onAbort);
    this.#heard = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    const request = this.#request;
    if (request?.signal.aborted !== true) return;
    // Where units share a connection a silent one must not cost the others theirs: it lives when another
    // unit has just answered on it. In all other cases it may be dead, or hold half an answer.
    const isAlive = this.#answeredUnit !== undefined && this.#answeredUnit !== request.unit;
    if (!isAlive || this.#port.hasStrayBytes || isStopping(request.signal)) this.#port.close();
    this.#answeredUnit = undefined;
    this.#fail(this.#abortError(request.unit, request.range, request.signal));
  };

  readonly #onReply = (
    error: Error | null,
    reply: { readonly data: readonly number[] } | undefined,
  ): void => {
    const request = this.#request;
    if (request === undefined) return;
    this.#answeredUnit = request.unit;
    if (reply !== undefined && reply.data.length === request.range.count) {
      this.#counters.replies += 1;
      this.#settle();
      request.resolve(new Uint16Array(reply.data));
    } else this.#fail(this.#replyError(request, error));
  };

  #fail(error: GatewayError): void {
    const request = this.#request;
    if (request === undefined) return;
    this.#settle();
    request.reject(error);
  }

  #settle(): void {
    this.#request = undefined;
    this.#readyAtMs = this.#ports.clock.monotonic() + this.#options.requestGapMs;
  }

  /** The exception that the device answered with; or modbus-serial's own objection, after which nothing is sure. */
  #replyError(request: Request, error: (Error & { modbusCode?: number }) | null): GatewayError {
    const subject = this.#subject(request.unit, request.range);
    const exception = error?.modbusCode;
    if (exception === undefined) {
      this.#counters.framesInvalid += 1;
      this.#port.close();
      return new GatewayError('frame_invalid', `${subject}: the answer makes no sense`, { cause: error });
    }
    this.#counters.exceptions += 1;
    const code: ErrorCode = busyExceptions.includes(exception) ? 'device_busy' : 'device_exception';
    const facts = { ...request.range, unit: request.unit, exception };
    return new GatewayError(code, `${subject}: the device answered with exception ${exception}`, { facts });
  }

  #checkSignal(unit: number, range: RegisterRange, signal: AbortSignal): void {
    if (signal.aborted) throw this.#abortError(unit, range, signal);
  }

  #abortError(unit: number, range: RegisterRange, signal: AbortSignal): GatewayError {
    if (isStopping(signal)) return signal.reason as GatewayError;
    this.#counters.timeouts += 1;
    const message = `${this.#subject(unit, range)}: no answer in time`;
    const hint = 'check its power, its address and its cable';
    return new GatewayError('device_timeout', message, {
      hint,
      cause: signal.reason,
      facts: { ...range, unit },
    });
  }

  #closedError(): GatewayError {
    return new GatewayError('connection_closed', `${this.address} is closed`);
  }

  #subject(unit: number, range: RegisterRange): string {
    return `${this.address} unit ${unit}, ${range.count} ${range.table} registers from ${range.address}`;
  }
}

function isStopping(signal: AbortSignal): boolean {
  return signal.aborted && errorCodeOf(signal.reason) === 'stopping';
}
