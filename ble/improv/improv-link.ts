import type { GattLink } from '../radio/radio.ts';
import { PacketJoiner } from './improv-packet.ts';
import { improvErrors, type ImprovError } from './improv-protocol.ts';

type Send = (value: Uint8Array) => void;

/** What is kept for one phone. */
export class ImprovLink {
  readonly joiner = new PacketJoiner();
  readonly #link: GattLink;
  readonly #listening = new Map<'state' | 'error' | 'result', Send>();
  #error: ImprovError = improvErrors.none;
  #result = new Uint8Array();
  /** Whether a command of it is under way. */
  isBusy = false;

  constructor(link: GattLink) {
    this.#link = link;
  }

  get error(): Uint8Array {
    return Uint8Array.of(this.#error);
  }

  /** Of the last command that had one; empty before. */
  get result(): Uint8Array {
    return this.#result;
  }

  /** What goes into one notification: clients take a result from one, whole. */
  get resultBytesMax(): number {
    return this.#link.notificationBytesMax;
  }

  listen(what: 'state' | 'error' | 'result', send: Send): () => void {
    this.#listening.set(what, send);
    return () => {
      if (this.#listening.get(what) === send) this.#listening.delete(what);
    };
  }

  tellState(state: number): void {
    this.#listening.get('state')?.(Uint8Array.of(state));
  }

  /** Told when it changes, and when an error comes again: a client waits for either. */
  setError(error: ImprovError): void {
    const isNews = error !== this.#error || error !== improvErrors.none;
    this.#error = error;
    if (isNews) this.#listening.get('error')?.(this.error);
  }

  /** Of one that is longer than a notification, the beginning is told; the whole can be read (Core, Vol 3, Part F, 3.4.7.1). */
  setResult(result: Uint8Array<ArrayBuffer>): void {
    this.#result = result;
    this.#listening.get('result')?.(result.subarray(0, this.#link.notificationBytesMax));
  }
}
