import type { GattLink } from '../radio/radio.ts';

type Send = (value: Uint8Array) => void;

/**
 * A value that is told to whoever listens: its beginning in one notification, the whole by reading it (Core, Vol 3,
 * Part F, 3.4.7.1).
 */
export class ToldValue {
  readonly #link: GattLink;
  #value: Uint8Array;
  #send: Send | undefined;

  constructor(link: GattLink, value: string) {
    this.#link = link;
    this.#value = new TextEncoder().encode(value);
  }

  get value(): Uint8Array {
    return this.#value;
  }

  tell(value: Uint8Array | string): void {
    this.#value = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    this.#send?.(this.#value.subarray(0, this.#link.notificationBytesMax));
  }

  listen(send: Send): () => void {
    this.#send = send;
    return () => {
      if (this.#send === send) this.#send = undefined;
    };
  }
}
