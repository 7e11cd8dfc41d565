import { Duplex } from 'node:stream';
import { GatewayError } from '../core/errors.ts';
import type { Connection, Network, Reach } from '../core/network.ts';

export interface StreamPlace {
  readonly host: string;
  readonly port: number;
  /** As `ConnectOptions` has it. */
  readonly reach?: Reach;
}

/** A connection of the network port in the form that protocol libraries ask for: a Node stream that is open. */
export class NetworkStream extends Duplex {
  #connection: Connection | undefined;

  /** The signal ends the waiting, not the stream. Errors: those of the port. */
  static async open(network: Network, place: StreamPlace, signal: AbortSignal): Promise<NetworkStream> {
    const stream = new NetworkStream();
    const listener = {
      onData: (bytes: Uint8Array) => void stream.push(bytes),
      onClose: (reason: Error | undefined) => stream.#ended(reason),
    };
    try {
      stream.#connection = await network.connectTcp({ ...place, signal, listener });
    } catch (error) {
      throw aboutServer(error);
    }
    return stream;
  }

  private constructor() {
    super({ allowHalfOpen: false });
    // An error that nobody waits for any more must not end the process.
    this.on('error', () => undefined);
  }

  /** Libraries that believe to make the connection themselves hear at once that it is there. */
  connect(): this {
    queueMicrotask(() => void this.emit('connect'));
    return this;
  }

  /** The port's connections wait for nothing as it is. */
  setNoDelay(): this {
    return this;
  }

  /** Nor do they end by themselves when nothing is said: whoever waits has a signal. */
  setTimeout(): this {
    return this;
  }

  override _read(): void {
    // What arrives is passed on at once: the port knows no pause.
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#connection?.write(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#connection?.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection?.close();
    done(error);
  }

  #ended(reason: Error | undefined): void {
    if (this.destroyed) return;
    this.push(null);
    this.destroy(reason);
  }
}

/** The port speaks of devices, and what stands here is a server. */
function aboutServer(error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.code !== 'connection_refused') return error;
  const { message, facts } = error;
  const hint = 'check host and port, and whether the server runs and listens there';
  return new GatewayError('connection_refused', message, { hint, facts, cause: error });
}
