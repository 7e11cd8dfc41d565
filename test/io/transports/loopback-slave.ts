import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { TestSlave } from './test-slave.ts';

export interface LoopbackSlave {
  readonly port: number;
  close(): Promise<void>;
}

/** The slave on a socket. Requests come one by one, as no transport sends the next before an answer. */
export async function listenOnLoopback(slave: TestSlave): Promise<LoopbackSlave> {
  const server = createServer({ noDelay: true }, (socket) => {
    slave.connections += 1;
    server.once('close-all', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (request) =>
      slave.receive(request, {
        write: (bytes) => void socket.write(bytes),
        close: () => void socket.destroy(),
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.emit('close-all');
      server.close();
      await once(server, 'close');
    },
  };
}
