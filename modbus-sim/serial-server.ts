import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream, isatty } from 'node:tty';
import type { AcceleratedClock } from './accelerated-clock.ts';
import type { FaultySlave } from './faulty-slave.ts';
import { ServedConnection } from './served-connection.ts';
import { SimulatorError } from './simulator-error.ts';

/**
 * The units of one serial line, on a terminal that is in raw mode and at its speed already: a pseudo-terminal of socat,
 * or an adapter set up by stty.
 */
export class SerialServer {
  readonly path: string;
  readonly #stream: ReadStream;

  private constructor(path: string, stream: ReadStream) {
    this.path = path;
    this.#stream = stream;
  }

  /** Throws a SimulatorError when the path is no terminal that can be had. */
  static open(slave: FaultySlave, clock: AcceleratedClock, path: string): SerialServer {
    // A tty stream is a socket in both directions.
    const stream = new ReadStream(openTerminal(path));
    // The line's other end may go away; the server's owner closes this one.
    stream.on('error', () => undefined);
    const served = new ServedConnection(slave, clock, stream);
    if (served.isClosed()) stream.destroy();
    return new SerialServer(path, stream);
  }

  async close(): Promise<void> {
    if (this.#stream.closed) return;
    this.#stream.destroy();
    await once(this.#stream, 'close');
  }
}

function openTerminal(path: string): number {
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    if (isatty(file)) return file;
    closeSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SimulatorError(`cannot open the serial line ${path}: ${reason}`);
  }
  throw new SimulatorError(`cannot open the serial line ${path}: it is no terminal`);
}
