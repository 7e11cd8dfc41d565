import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * `EGW_TEST_SLOW_MS=1500`: all that the stub gateway of the page says comes late, by a random time up to so many
 * milliseconds, as on a busy machine or a poor line. Usual: 0. A test of the page must pass with any.
 */
export const slowMs = Number(process.env['EGW_TEST_SLOW_MS'] ?? 0);

export interface SlowLine {
  readonly port: number;
  /** Cuts all connections, too. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, on `port` or any free one, and passes on to `toPort`; what comes back is late, in its order. */
export async function openSlowLine(toPort: number, port: number): Promise<SlowLine> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: toPort });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
    }
    near.pipe(far);
    passLate(far, near);
    near.on('close', () => far.destroy());
  });
  server.listen({ host: '127.0.0.1', port });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What comes together is late together. */
function passLate(from: Socket, to: Socket): void {
  const waiting: Buffer[] = [];
  let isOver = false;
  const pass = (): void => {
    for (const chunk of waiting.splice(0)) to.write(chunk);
    if (isOver) to.end();
  };
  const plan = (): void => {
    if (waiting.length === 0) setTimeout(pass, randomInt(slowMs + 1));
  };
  from.on('data', (chunk: Buffer) => {
    plan();
    waiting.push(chunk);
  });
  from.on('close', () => {
    isOver = true;
    // At once: what the browser still sends on a line that is closed would be lost.
    if (waiting.length === 0) to.end();
  });
}
