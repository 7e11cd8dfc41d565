import type { Clock, MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Connection, ConnectionListener } from '../../core/network.ts';
import { DsmrStream } from './dsmr-stream.ts';
import type { DsmrTelegram } from './dsmr-telegram.ts';

/** Older than what any meter's period explains: 10 s, and one telegram that was lost. */
const ageMsMax = 25_000;

export interface P1LineOptions {
  /** Where it is, for people: `/dev/ttyUSB0`, `p1-bridge:23`. */
  readonly place: string;
  readonly clock: Clock;
  /** What comes, changed before it is read. */
  readonly convert?: (bytes: Uint8Array) => Uint8Array;
  /** Errors: those of the port. */
  open(listener: ConnectionListener, signal: AbortSignal): Promise<Connection>;
}

interface Arrival {
  readonly telegram: DsmrTelegram;
  readonly atMs: MonotonicMs;
}

/** A line on which a meter speaks when it wants to. Opened when first asked, and again when it was closed. */
export class P1Line {
  readonly #options: P1LineOptions;
  #stream = new DsmrStream();
  #droppedBefore = 0;
  #connection: Connection | undefined;
  /** Of connections that were given up: what they still say is not heard. */
  #opened = 0;
  #newest: Arrival | undefined;
  #onChange: ((failure?: Error) => void) | undefined;

  constructor(options: P1LineOptions) {
    this.#options = options;
  }

  /** Telegrams that came damaged since the start. */
  get dropped(): number {
    return this.#droppedBefore + this.#stream.dropped;
  }

  /**
   * The newest telegram that came since the last one was taken; waits for one where none did. One reader at a time.
   * Errors: those of the port; `source_unavailable` when the signal fires first; `source_refused` when what comes is
   * enciphered.
   */
  async next(signal: AbortSignal): Promise<DsmrTelegram> {
    await this.#connect(signal);
    this.#forgetOld();
    if (this.#newest === undefined) await this.#waitForChange(signal);
    const taken = this.#newest;
    this.#newest = undefined;
    if (taken === undefined) throw this.#enciphered();
    return taken.telegram;
  }

  close(): void {
    const connection = this.#connection;
    this.#end(new GatewayError('connection_closed', `${this.#options.place} is closed`));
    connection?.close();
  }

  async #connect(signal: AbortSignal): Promise<void> {
    if (this.#connection !== undefined) return;
    this.#opened += 1;
    const turn = this.#opened;
    this.#droppedBefore += this.#stream.dropped;
    this.#stream = new DsmrStream();
    this.#newest = undefined;
    const closing: { by?: Error | undefined } = {};
    const listener: ConnectionListener = {
      onData: (bytes) => {
        if (turn === this.#opened) this.#receive(bytes);
      },
      onClose: (error) => {
        closing.by = error ?? this.#closed();
        if (turn === this.#opened) this.#end(error);
      },
    };
    const connection = await this.#options.open(listener, signal);
    if (closing.by !== undefined) throw closing.by;
    if (turn === this.#opened) this.#connection = connection;
    else connection.close();
  }

  #receive(bytes: Uint8Array): void {
    const { clock, convert } = this.#options;
    const telegram = this.#stream.push(convert === undefined ? bytes : convert(bytes)).at(-1);
    if (telegram !== undefined) this.#newest = { telegram, atMs: clock.monotonic() };
    if (telegram !== undefined || this.#stream.isEncrypted) this.#onChange?.();
  }

  #end(reason: Error | undefined): void {
    this.#opened += 1;
    this.#connection = undefined;
    this.#onChange?.(reason ?? this.#closed());
  }

  #forgetOld(): void {
    const age = this.#newest === undefined ? 0 : this.#options.clock.monotonic() - this.#newest.atMs;
    if (age > ageMsMax) this.#newest = undefined;
  }

  async #waitForChange(signal: AbortSignal): Promise<void> {
    if (this.#stream.isEncrypted) return;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    // The other side of a connection may be gone without a word: the next one is new.
    const giveUp = (): void => {
      reject(this.#silent(signal.reason));
      this.close();
    };
    this.#onChange = (failure) => {
      if (failure === undefined) resolve(undefined);
      else reject(failure);
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await promise;
    } finally {
      this.#onChange = undefined;
      signal.removeEventListener('abort', giveUp);
    }
  }

  #closed(): GatewayError {
    return new GatewayError('connection_closed', `${this.#options.place} was closed`);
  }

  #silent(cause: unknown): GatewayError {
    const { place } = this.#options;
    return new GatewayError('source_unavailable', `no whole telegram came from ${place} in time`, {
      hint: 'check the cable in the P1 port, and the setting baudRate (DSMR 2 and 3: 9600)',
      cause,
      facts: { place, dropped: this.dropped },
    });
  }

  #enciphered(): GatewayError {
    const { place } = this.#options;
    return new GatewayError('source_refused', `what comes from ${place} is enciphered, not a P1 telegram`, {
      hint: 'have the grid operator switch the encryption off, or put an adapter between that deciphers it',
      facts: { place },
    });
  }
}
