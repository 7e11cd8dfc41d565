import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type JsonObject = Readonly<Record<string, unknown>>;

/** A gateway's socket that answers as a test says; what is not said is not answered. */
export class SocketGateway {
  readonly path: string;
  readonly asked: JsonObject[] = [];
  answers: Readonly<Record<string, (ask: JsonObject) => unknown>> = {};
  connections = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), 'egw-ble-'));
  #server: Server | undefined;
  #socket: Socket | undefined;

  constructor() {
    this.path = join(this.#folder, 'provision.sock');
  }

  async open(): Promise<void> {
    const server = createServer((socket) => {
      this.connections += 1;
      this.#socket = socket;
      let rest = '';
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        const lines = `${rest}${chunk.toString()}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#take(JSON.parse(line) as JsonObject);
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.path, resolve));
  }

  /** As a process that is killed. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#socket?.destroy();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  say(message: JsonObject): void {
    this.write(`${JSON.stringify(message)}\n`);
  }

  write(text: string | Uint8Array): void {
    this.#socket?.write(text);
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #take(ask: JsonObject): void {
    this.asked.push(ask);
    const answer = this.answers[String(ask['ask'])]?.(ask);
    if (answer !== undefined) this.say({ id: ask['id'], ...(answer as JsonObject) });
  }
}

export const description: JsonObject = {
  gatewayId: 'bk3cp7ggr25dv2ea',
  name: 'Home',
  version: '0.1.0',
  fingerprint: 'A'.repeat(52),
  serial: 'ab',
  publicKey: 'cd',
  compactKey: null,
  macs: { ethernet: 'aa:bb:cc:dd:ee:ff', wifi: null },
  can: ['scan', 'fly'],
  improv: true,
  ancestor: false,
  door: { state: 'open', improvUntilMs: 60_000, ancestorUntilMs: null, triesLeft: 5 },
};
