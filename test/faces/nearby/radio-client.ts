import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface RadioLine {
  readonly id?: number;
  readonly answer?: Readonly<Record<string, unknown>>;
  readonly problem?: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly facts?: Readonly<Record<string, unknown>>;
  };
  readonly event?: string;
  readonly door?: Readonly<Record<string, unknown>>;
  readonly joining?: Readonly<Record<string, unknown>>;
}

/** A radio at the gateway's socket. */
export class RadioClient {
  readonly lines: RadioLine[] = [];
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();
  #id = 0;
  #text = '';
  isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      const whole = this.#text.split('\n');
      this.#text = whole.pop() ?? '';
      for (const line of whole) this.lines.push(JSON.parse(line) as RadioLine);
      this.#wake();
    });
  }

  static async connect(path: string): Promise<RadioClient> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new RadioClient(socket);
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** The line that answers it. */
  async ask(ask: string, more: Readonly<Record<string, unknown>> = {}): Promise<RadioLine> {
    this.#id += 1;
    const id = this.#id;
    this.send(`${JSON.stringify({ id, ask, ...more })}\n`);
    return await this.line((line) => line.id === id);
  }

  async line(isIt: (line: RadioLine) => boolean): Promise<RadioLine> {
    for (;;) {
      const found = this.lines.find(isIt);
      if (found !== undefined) return found;
      if (this.isClosed) throw new Error('the socket was closed');
      await this.#news();
    }
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await this.#news();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #news(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#waiting.add(() => resolve(undefined));
    await promise;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
