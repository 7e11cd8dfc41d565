import assert from 'node:assert';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the slave does with one request, given the honest answer to it. */
export type Behaviour = (honest: Buffer, socket: Socket) => void;

/** A Modbus TCP slave whose register n holds n, and whose answers are decided request by request. */
export class MisbehavingSlave {
  readonly requests: Buffer[] = [];
  connections = 0;
  /** For the next request only; honest without. */
  behaviour: Behaviour | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', (request) => this.#answer(request, socket));
    });
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: Buffer, socket: Socket): void {
    assert(request.length === 12, 'requests come one by one');
    this.requests.push(request);
    const behave = this.behaviour ?? ((honest) => socket.write(honest));
    this.behaviour = undefined;
    behave(honestAnswer(request), socket);
  }
}

/** The answer of an honest slave to a read request. */
function honestAnswer(request: Buffer): Buffer {
  const address = request.readUInt16BE(8);
  const count = request.readUInt16BE(10);
  const answer = Buffer.alloc(9 + 2 * count);
  request.copy(answer, 0, 0, 8);
  answer.writeUInt16BE(3 + 2 * count, 4);
  answer.writeUInt8(2 * count, 8);
  for (let index = 0; index < count; index += 1) answer.writeUInt16BE(address + index, 9 + 2 * index);
  return answer;
}
