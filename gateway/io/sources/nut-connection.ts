import { GatewayError } from '../../core/errors.ts';
import type { Connection, Network, Reach } from '../../core/network.ts';

/** Of a line: upsd itself takes no longer ones (PCONF and SMALLBUF, 512 bytes each). */
const lineLengthMax = 2_048;
/** Of what came and nobody has asked for yet. */
const waitingLinesMax = 64;

interface Place {
  readonly host: string;
  readonly port: number;
  readonly reach: Reach;
}

/**
 * A conversation in lines, a question and its answer at a time. networkupstools.org/docs/developer-guide: “Network
 * protocol information”.
 */
export class NutConnection {
  readonly #place: string;
  readonly #lines: string[] = [];
  #pending = '';
  #connection: Connection | undefined;
  #failure: Error | undefined;
  #onChange: (() => void) | undefined;

  /** Errors: those of the port. */
  static async open(network: Network, place: Place, signal: AbortSignal): Promise<NutConnection> {
    const self = new NutConnection(`${place.host}:${place.port}`);
    const listener = {
      onData: (bytes: Uint8Array) => self.#receive(bytes),
      onClose: (reason: Error | undefined) => self.#end(self.#closed(reason)),
    };
    try {
      self.#connection = await network.connectTcp({ ...place, listener, signal });
    } catch (error) {
      throw aboutServer(error);
    }
    return self;
  }

  private constructor(place: string) {
    this.#place = place;
  }

  /** Says a line, and answers the next one that comes. Errors: `connection_closed`, `connection_timeout`, `answer_invalid`. */
  async ask(line: string, signal: AbortSignal): Promise<string> {
    this.#connection?.write(Buffer.from(`${line}\n`));
    return await this.next(signal);
  }

  /** The next line that comes. Errors: as above. */
  async next(signal: AbortSignal): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const giveUp = (): void => reject(this.#silent(signal.reason));
    this.#onChange = () => resolve(undefined);
    if (signal.aborted) giveUp();
    else if (this.#lines.length > 0 || this.#failure !== undefined) resolve(undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await promise;
    } finally {
      this.#onChange = undefined;
      signal.removeEventListener('abort', giveUp);
    }
    const line = this.#lines.shift();
    if (line === undefined) throw this.#failure ?? this.#closed();
    return line;
  }

  /** Says good-bye, and waits for no answer to it. */
  close(): void {
    this.#connection?.write(Buffer.from('LOGOUT\n'));
    this.#connection?.close();
  }

  #receive(bytes: Uint8Array): void {
    this.#pending += Buffer.from(bytes).toString('latin1');
    const lines = this.#pending.split('\n');
    this.#pending = lines.pop() ?? '';
    const isTooMuch =
      this.#pending.length > lineLengthMax || this.#lines.length + lines.length > waitingLinesMax;
    if (isTooMuch || lines.some(({ length }) => length > lineLengthMax)) {
      this.#end(this.#endless());
      this.#connection?.close();
      return;
    }
    this.#lines.push(...lines.map((line) => Buffer.from(line, 'latin1').toString().replace(/\r$/, '')));
    if (lines.length > 0) this.#onChange?.();
  }

  #end(reason: Error): void {
    this.#failure ??= reason;
    this.#onChange?.();
  }

  #closed(cause?: Error): GatewayError {
    return new GatewayError('connection_closed', `${this.#place} hung up`, {
      hint: 'check LISTEN and MAXCONN in upsd.conf',
      cause,
      facts: { place: this.#place },
    });
  }

  #silent(cause: unknown): GatewayError {
    return new GatewayError('connection_timeout', `${this.#place} did not answer in time`, {
      hint: 'check that upsd runs there, and that host and port are its own',
      cause,
      facts: { place: this.#place },
    });
  }

  #endless(): GatewayError {
    return new GatewayError('answer_invalid', `${this.#place} does not speak as upsd does`, {
      hint: 'check that upsd runs there, and that host and port are its own',
      facts: { place: this.#place, where: 'line', expected: `a line of at most ${lineLengthMax} bytes` },
    });
  }
}

/** The port speaks of devices. */
function aboutServer(error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.code !== 'connection_refused') return error;
  const { message, facts } = error;
  const hint =
    'check host and port, that upsd runs there, and that LISTEN in upsd.conf is not of that machine alone';
  return new GatewayError('connection_refused', message, { hint, facts, cause: error });
}
