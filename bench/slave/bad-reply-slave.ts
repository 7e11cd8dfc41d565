import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const requestBytes = 12;

/** What register `address` holds: no two requests of a benchmark have an answer in common. */
export function registerAt(address: number): number {
  return (address * 40_503) & 0xffff;
}

/** A Modbus TCP slave, in this process, that answers one request badly when it is told to. */
export class BadReplySlave {
  /** Makes of the honest answer what is sent, for the next request only. */
  spoil: ((honest: Buffer) => Buffer) | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', (bytes) => this.#answer(bytes, socket));
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Clients ask one request at a time; what is no request, they have to give up themselves. */
  #answer(request: Buffer, socket: Socket): void {
    if (request.length !== requestBytes) return;
    const { spoil } = this;
    this.spoil = undefined;
    const honest = honestAnswer(request);
    socket.write(spoil === undefined ? honest : spoil(honest));
  }
}

function honestAnswer(request: Buffer): Buffer {
  const address = request.readUInt16BE(8);
  const count = request.readUInt16BE(10);
  const answer = Buffer.alloc(9 + 2 * count);
  request.copy(answer, 0, 0, 8);
  answer.writeUInt16BE(3 + 2 * count, 4);
  answer.writeUInt8(2 * count, 8);
  for (let index = 0; index < count; index += 1) {
    answer.writeUInt16BE(registerAt(address + index), 9 + 2 * index);
  }
  return answer;
}
