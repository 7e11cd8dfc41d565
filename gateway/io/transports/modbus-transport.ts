import assert from 'node:assert';
import { errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import type { Framing, FramingListener } from './framing.ts';
import { ModbusClient } from './modbus-client.ts';
import { ModbusPort, type Wire } from './modbus-port.ts';
import { checkRequest, describeRequest, factsOf, isWrite, type ModbusRequest } from './modbus-request.ts';
import type {
  RegisterRange,
  RegisterTransport,
  RegisterWrite,
  TransportCounters,
  TransportOptions,
  TransportPorts,
} from './transport.ts';

const busyExceptions: readonly number[] = [5, 6];

/** The request that the device has, or is about to get. */
interface PendingRequest {
  readonly request: ModbusRequest;
  readonly signal: AbortSignal;
  readonly resolve: (words: Uint16Array) => void;
  readonly reject: (error: unknown) => void;
}

type MutableCounters = { -readonly [Name in keyof TransportCounters]: number };

/** A way to registers by Modbus, whatever its framing and wire. See `RegisterTransport` for what it promises. */
export class ModbusTransport implements RegisterTransport {
  readonly address: string;
  readonly #options: TransportOptions;
  readonly #ports: TransportPorts;
  readonly #port: ModbusPort;
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
  #pending: PendingRequest | undefined;
  #heard: AbortSignal | undefined;
  /** The unit that answered last on this connection, unless a time-out came after it. */
  #answeredUnit: number | undefined;
  /** No request is sent before. */
  #readyAtMs = 0;

  constructor(
    wire: Wire,
    createFraming: (listener: FramingListener) => Framing,
    options: TransportOptions,
    ports: TransportPorts,
  ) {
    this.address = wire.name;
    this.#options = options;
    this.#ports = ports;
    this.#port = new ModbusPort(wire, createFraming, ports.clock, {
      onLateAnswer: () => {
        this.#counters.repliesLate += 1;
      },
      onFailed: (error) => this.#fail(this.#counted(error)),
      onLost: (error) => this.#fail(this.#counted(error)),
    });
    this.#client = new ModbusClient(this.#port);
    this.#client.open();
  }

  async readRegisters(unit: number, range: RegisterRange, signal: AbortSignal): Promise<Uint16Array> {
    const functionCode = range.table === 'holding' ? 3 : 4;
    return await this.#serve({ unit, functionCode, address: range.address, count: range.count }, signal);
  }

  async writeRegisters(unit: number, write: RegisterWrite, signal: AbortSignal): Promise<void> {
    const { functionCode, address, words } = write;
    await this.#serve({ unit, functionCode, address, count: words.length, words }, signal);
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

  async #serve(request: ModbusRequest, signal: AbortSignal): Promise<Uint16Array> {
    assert(!this.#isBusy, 'one request at a time: callers go through a lane');
    checkRequest(request);
    this.#isBusy = true;
    this.#counters.requests += 1;
    try {
      if (!this.#isReady(signal)) await this.#prepare(request, signal);
      const { unit, functionCode } = request;
      if (isWrite(request) && this.#port.mayEcho) {
        await this.#askInVain({ unit, functionCode: 3, address: request.address, count: 1 }, signal);
      }
      for (let left = this.#port.unansweredCount(unit, functionCode); left > 0; left -= 1) {
        await this.#askInVain(request, signal);
      }
      return await this.#ask(request, signal);
    } finally {
      this.#isBusy = false;
    }
  }

  #isReady(signal: AbortSignal): boolean {
    const isIdle = this.#port.isOpen && !this.#port.hasStrayBytes && !signal.aborted;
    return isIdle && this.#waitMs() <= 0;
  }

  #waitMs(): number {
    return Math.max(this.#readyAtMs, this.#port.quietAtMs) - this.#ports.clock.monotonic();
  }

  async #prepare(request: ModbusRequest, signal: AbortSignal): Promise<void> {
    if (this.#isClosed) throw this.#closedError();
    this.#checkSignal(request, signal);
    if (this.#port.hasStrayBytes) {
      this.#counters.framesInvalid += 1;
      this.#port.close();
    }
    if (!this.#port.isOpen) await this.#connect(signal);
    for (let waitMs = this.#waitMs(); waitMs > 0; waitMs = this.#waitMs()) {
      await this.#wait(waitMs, signal);
      this.#checkSignal(request, signal);
      if (!this.isConnected()) throw this.#closedError();
    }
    this.#checkSignal(request, signal);
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

  /** The answer may belong to an earlier request, or only shows how the line behaves. */
  async #askInVain(request: ModbusRequest, signal: AbortSignal): Promise<void> {
    try {
      await this.#ask(request, signal);
    } catch (error) {
      const code = errorCodeOf(error);
      if (code !== 'device_exception' && code !== 'device_busy') throw error;
    }
    await this.#prepare(request, signal);
  }

  #ask(request: ModbusRequest, signal: AbortSignal): Promise<Uint16Array> {
    return new Promise((resolve, reject) => {
      this.#pending = { request, signal, resolve, reject };
      this.#listenTo(signal);
      this.#send(request);
    });
  }

  #send({ unit, functionCode, address, count, words = new Uint16Array(0) }: ModbusRequest): void {
    const client = this.#client;
    if (functionCode === 3) client.writeFC3(unit, address, count, this.#onReply);
    else if (functionCode === 4) client.writeFC4(unit, address, count, this.#onReply);
    else if (functionCode === 6) client.writeFC6(unit, address, words[0] ?? 0, this.#onWritten);
    else client.writeFC16(unit, address, [...words], this.#onWritten);
  }

  /** A device's requests mostly come with one signal: listening to it once saves a tenth of their cost. */
  #listenTo(signal: AbortSignal): void {
    if (signal === this.#heard) return;
    this.#heard?.removeEventListener('abort', this.#onAbort);
    this.#heard = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    const pending = this.#pending;
    if (pending?.signal.aborted !== true) return;
    const { request, signal } = pending;
    const isSound = this.#isSound(request.unit) && !isStopping(signal);
    this.#port.giveUp();
    if (!isSound) this.#port.close();
    this.#answeredUnit = undefined;
    this.#fail(this.#abortError(request, signal));
  };

  /**
   * Whether the connection is worth keeping when this unit is silent. Where units share one, a silent unit must
   * not cost the others theirs: it lives when another has just answered on it. In all other cases it may be
   * dead, or hold half an answer. A serial line is neither.
   */
  #isSound(silentUnit: number): boolean {
    if (this.#port.isLine) return true;
    const isAlive = this.#answeredUnit !== undefined && this.#answeredUnit !== silentUnit;
    return isAlive && !this.#port.hasStrayBytes;
  }

  readonly #onWritten = (error: Error | null): void => {
    this.#onReply(error, error === null ? { data: [] } : undefined);
  };

  readonly #onReply = (
    error: Error | null,
    reply: { readonly data: readonly number[] } | undefined,
  ): void => {
    const pending = this.#pending;
    if (pending === undefined) return;
    const { request } = pending;
    this.#answeredUnit = request.unit;
    if (reply === undefined || (!isWrite(request) && reply.data.length !== request.count)) {
      this.#fail(this.#replyError(request, error));
      return;
    }
    this.#counters.replies += 1;
    this.#settle();
    pending.resolve(new Uint16Array(reply.data));
  };

  #fail(error: GatewayError): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#settle();
    pending.reject(error);
  }

  #settle(): void {
    this.#pending = undefined;
    this.#readyAtMs = this.#ports.clock.monotonic() + this.#options.requestGapMs;
  }

  #counted(error: GatewayError): GatewayError {
    if (error.code === 'frame_invalid') this.#counters.framesInvalid += 1;
    if (error.code === 'device_timeout') this.#counters.timeouts += 1;
    return error;
  }

  /** The exception that the device answered with; or modbus-serial's own objection, after which nothing is sure. */
  #replyError(request: ModbusRequest, error: (Error & { modbusCode?: number }) | null): GatewayError {
    const subject = this.#subject(request);
    const exception = error?.modbusCode;
    if (exception === undefined) {
      this.#counters.framesInvalid += 1;
      this.#port.close();
      return new GatewayError('frame_invalid', `${subject}: the answer makes no sense`, { cause: error });
    }
    this.#counters.exceptions += 1;
    const code: ErrorCode = busyExceptions.includes(exception) ? 'device_busy' : 'device_exception';
    const facts = { ...factsOf(request), exception };
    return new GatewayError(code, `${subject}: the device answered with exception ${exception}`, { facts });
  }

  #checkSignal(request: ModbusRequest, signal: AbortSignal): void {
    if (signal.aborted) throw this.#abortError(request, signal);
  }

  #abortError(request: ModbusRequest, signal: AbortSignal): GatewayError {
    if (isStopping(signal)) return signal.reason as GatewayError;
    this.#counters.timeouts += 1;
    const message = `${this.#subject(request)}: no answer in time`;
    const hint = 'check its power, its address and its cable';
    return new GatewayError('device_timeout', message, {
      hint,
      cause: signal.reason,
      facts: factsOf(request),
    });
  }

  #closedError(): GatewayError {
    return new GatewayError('connection_closed', `${this.address} is closed`);
  }

  #subject(request: ModbusRequest): string {
    return `${this.address} ${describeRequest(request)}`;
  }
}

function isStopping(signal: AbortSignal): boolean {
  return signal.aborted && errorCodeOf(signal.reason) === 'stopping';
}
