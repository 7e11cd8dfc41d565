import { connect, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { GatewayProblem } from './ask-gateway.ts';
import { LineReader } from './line-reader.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export interface ConnectionListener {
  opened(): void;
  /** Whatever comes unasked. */
  event(event: JsonObject): void;
  /** Once, and last: by whom, or why it did not come about. */
  closed(why: string): void;
}

/** Of a line, both ways: docs/provisioning-protocol.md, section 5. */
const lineBytesMax = 16_384;

interface OpenAsk {
  settle(answer: JsonObject | GatewayProblem): void;
}

/** One connection to the gateway's socket, from the attempt to its end. */
export class GatewayConnection {
  readonly #clock: Clock;
  readonly #listener: ConnectionListener;
  readonly #socket: Socket;
  readonly #lines = new LineReader(lineBytesMax);
  readonly #open = new Map<number, OpenAsk>();
  #lastId = 0;
  #why = 'the gateway has closed the connection';

  constructor(path: string, clock: Clock, listener: ConnectionListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#socket = connect(path);
    this.#socket.on('connect', () => listener.opened());
    this.#socket.on('data', (chunk: Uint8Array) => this.#take(chunk));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#why = error.code ?? error.message;
    });
    this.#socket.on('close', () => this.#end());
  }

  /** The answer to one ask. Errors: GatewayProblem; `unavailable` when there is none within `waitMsMax`. */
  async ask(ask: JsonObject, waitMsMax: number): Promise<JsonObject> {
    const id = ++this.#lastId;
    const line = Buffer.from(`${JSON.stringify({ id, ...ask })}\n`);
    if (line.length > lineBytesMax)
      throw new GatewayProblem({ code: 'request_too_large', message: 'what was asked for is too long' });
    if (this.#socket.destroyed || this.#socket.closed) throw unavailable();
    const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
    const stopAlarm = this.#clock.after(waitMsMax, () => this.#settle(id, unavailable()));
    this.#open.set(id, {
      settle: (answer) => {
        stopAlarm();
        if (answer instanceof GatewayProblem) reject(answer);
        else resolve(answer);
      },
    });
    this.#socket.write(line);
    return await promise;
  }

  close(why: string): void {
    this.#why = why;
    this.#socket.destroy();
  }

  #take(chunk: Uint8Array): void {
    const messages = this.#lines.add(chunk);
    if (messages === undefined) {
      this.close('the gateway has sent what is no line of its protocol');
      return;
    }
    for (const message of messages) this.#hand(message);
  }

  #hand(message: JsonObject): void {
    const { id, answer, problem } = message;
    if (typeof message['event'] === 'string') this.#listener.event(message);
    else if (typeof id !== 'number') this.close('the gateway has sent an answer to nothing');
    else if (isObject(answer)) this.#settle(id, answer);
    else this.#settle(id, problemOf(problem));
  }

  #settle(id: number, answer: JsonObject | GatewayProblem): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.settle(answer);
  }

  #end(): void {
    for (const id of [...this.#open.keys()]) this.#settle(id, unavailable());
    this.#listener.closed(this.#why);
  }
}

export function unavailable(): GatewayProblem {
  return new GatewayProblem({
    code: 'unavailable',
    message: 'the gateway does not answer its Bluetooth service',
    hint: 'it may be starting: try again in a minute',
    retryable: true,
  });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemOf(problem: unknown): GatewayProblem {
  const { code, message, hint, retryable, facts } = isObject(problem) ? problem : {};
  if (typeof code !== 'string' || typeof message !== 'string') return unavailable();
  return new GatewayProblem({
    code,
    message,
    retryable: retryable === true,
    ...(typeof hint === 'string' && { hint }),
    ...(isObject(facts) && { facts }),
  });
}
