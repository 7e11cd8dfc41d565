import { Duplex } from 'node:stream';
import type { PacketLimit } from './packet-limit.ts';

/** A stream of MQTT packets without those that a limit drops. It ends with the stream that it is made of, and ends that. */
export class LimitedStream extends Duplex {
  readonly #stream: Duplex;

  constructor(stream: Duplex, limit: PacketLimit) {
    super({ allowHalfOpen: false });
    this.#stream = stream;
    // An error that nobody waits for any more must not end the process.
    this.on('error', () => undefined);
    stream.on('data', (bytes: Uint8Array) => {
      const passed = limit.pass(bytes);
      if (passed.length > 0) this.push(passed);
    });
    stream.once('error', (error: Error) => this.destroy(error));
    stream.once('close', () => this.destroy());
  }

  override _read(): void {
    // What arrives is passed on at once: the network knows no pause.
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#stream.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#stream.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stream.destroy();
    done(error);
  }
}
