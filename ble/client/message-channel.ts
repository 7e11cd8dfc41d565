import type { Clock } from '../clock.ts';
import { FragmentJoiner, splitIntoFragments } from '../protocol/fragments.ts';
import { decodeRefusal, frameTypes, type Refusal } from '../protocol/frames.ts';
import { ProtocolError } from '../protocol/protocol-error.ts';
import { ownFault, refused, SetupError } from './setup-error.ts';
import type { SetupLink } from './setup-link.ts';

export interface ChannelEvents {
  /** A whole frame that is no refusal. */
  readonly onFrame: (frame: Uint8Array) => void;
  /** Once: the session is over, whoever ended it. */
  readonly onEnd: (why: SetupError) => void;
}

/** Whole frames over a link, both ways, for one session. The link outlives it. */
export class MessageChannel {
  readonly #link: SetupLink;
  readonly #clock: Clock;
  readonly #events: ChannelEvents;
  readonly #joiner = new FragmentJoiner();
  #last: Promise<unknown> = Promise.resolve();
  #ended: SetupError | undefined;

  constructor(link: SetupLink, clock: Clock, events: ChannelEvents) {
    this.#link = link;
    this.#clock = clock;
    this.#events = events;
    link.onFragment((fragment) => this.#take(fragment));
    link.onLost(() => this.end(ownFault('link_lost')));
  }

  /** Why the session is over; undefined while it is not. */
  get ended(): SetupError | undefined {
    return this.#ended;
  }

  /** One message after the other; resolves when the gateway has all of it. Errors: `link_lost`, or why it is over. */
  async send(frame: Uint8Array): Promise<void> {
    const sent = this.#last.then(async () => {
      for (const fragment of splitIntoFragments(frame, this.#link.fragmentBytesMax)) {
        if (this.#ended !== undefined) throw this.#ended;
        await this.#write(fragment);
      }
    });
    this.#last = sent.catch(() => undefined);
    await sent;
  }

  end(why: SetupError): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    this.#events.onEnd(why);
  }

  async #write(fragment: Uint8Array): Promise<void> {
    try {
      await this.#link.write(fragment);
    } catch {
      this.end(ownFault('link_lost'));
      throw this.#ended ?? ownFault('link_lost');
    }
  }

  #take(fragment: Uint8Array): void {
    if (this.#ended !== undefined) return;
    try {
      const frame = this.#joiner.add(fragment, this.#clock.nowMs());
      if (frame === undefined) return;
      if (frame[0] === frameTypes.refusal) this.end(refused(decodeRefusal(frame)));
      else this.#events.onFrame(frame);
    } catch (error) {
      this.end(asSetupError(error));
    }
  }
}

/** What breaks the protocol is told as people read it. */
export function asSetupError(error: unknown): SetupError {
  if (error instanceof SetupError) return error;
  const refusal: Refusal = {
    reason: error instanceof ProtocolError ? error.reason : 'malformed',
    waitSeconds: 0,
  };
  return refused(refusal);
}
