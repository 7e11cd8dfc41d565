import type { Clock } from '../clock.ts';
import { RecordOpener, RecordSealer } from '../protocol/records.ts';
import { Handshake } from './handshake.ts';
import { asSetupError, MessageChannel } from './message-channel.ts';
import { readAnswer, type Answer, type Joining } from './session-messages.ts';
import { ownFault, type SetupError } from './setup-error.ts';
import type { SetupLabel } from './setup-label.ts';
import type { SetupLink } from './setup-link.ts';

export interface SessionParts {
  readonly link: SetupLink;
  readonly label: SetupLabel;
  readonly clock: Clock;
  readonly onJoining: (joining: Joining) => void;
  /** Once, when an open session is over. */
  readonly onEnd: (why: SetupError) => void;
}

interface OpenCall {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (why: SetupError) => void;
  readonly callOff: () => void;
}

/** Of each frame of the handshake. */
const handshakeMsMax = 15_000;

/** Both ends have proven that they know the code, and talk in records. Over when anything at all goes wrong. */
export class SetupSession {
  readonly #parts: SessionParts;
  readonly #channel: MessageChannel;
  readonly #calls = new Map<number, OpenCall>();
  #fingerprint: string | undefined;
  #records: { readonly sealer: RecordSealer; readonly opener: RecordOpener } | undefined;
  #onFrame: (frame: Uint8Array) => void = () => undefined;
  #onFail: (why: SetupError) => void = () => undefined;
  #lastId = 0;

  private constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#channel = new MessageChannel(parts.link, parts.clock, {
      onFrame: (frame) => this.#onFrame(frame),
      onEnd: (why) => this.#end(why),
    });
  }

  /**
   * The handshake. Errors: those of a refusal, `link_lost`, `no_answer`, `another_gateway` and `not_proven` (then nothing
   * but, at most, a proof was told).
   */
  static async open(parts: SessionParts): Promise<SetupSession> {
    const session = new SetupSession(parts);
    try {
      await session.#shakeHands(parts.label);
      return session;
    } catch (error) {
      const why = asSetupError(error);
      session.#channel.end(why);
      throw why;
    }
  }

  /** Of the gateway's key: 52 capitals; undefined where it has none. */
  get fingerprint(): string | undefined {
    return this.#fingerprint;
  }

  get isOver(): boolean {
    return this.#channel.ended !== undefined;
  }

  /** Errors: a problem of the gateway with its code, `no_answer`, `link_lost`, a refusal, `request_too_long`. */
  async call(verb: string, input: Readonly<Record<string, unknown>>, timeLimitMs: number): Promise<Answer> {
    if (this.#channel.ended !== undefined) throw this.#channel.ended;
    this.#lastId += 1;
    const id = this.#lastId;
    const frame = this.#seal(JSON.stringify({ id, verb, input }));
    const answered = new Promise<Answer>((resolve, reject) => {
      // Answers come in the order of asking: when one is missing, the session is of no use.
      const callOff = this.#parts.clock.after(timeLimitMs, () => this.#channel.end(ownFault('no_answer')));
      this.#calls.set(id, { resolve, reject, callOff });
    });
    this.#channel.send(frame).catch((error: unknown) => this.#channel.end(asSetupError(error)));
    return await answered;
  }

  /** The gateway notices when the link ends, or a minute later. */
  end(): void {
    this.#channel.end(ownFault('link_lost'));
  }

  async #shakeHands(label: SetupLabel): Promise<void> {
    const handshake = new Handshake();
    const { proof, fingerprint, accept } = await handshake.answer(await this.#ask(handshake.hello), label);
    const { toDevice, toClient } = await accept(await this.#ask(proof));
    if (this.#channel.ended !== undefined) throw this.#channel.ended;
    this.#fingerprint = fingerprint;
    this.#records = { sealer: new RecordSealer(toDevice), opener: new RecordOpener(toClient) };
    this.#onFrame = (frame) => this.#takeRecord(frame);
  }

  /** Sends one frame of the handshake; the next frame is its answer. */
  async #ask(frame: Uint8Array): Promise<Uint8Array> {
    if (this.#channel.ended !== undefined) throw this.#channel.ended;
    const answered = new Promise<Uint8Array>((resolve, reject) => {
      const callOff = this.#parts.clock.after(handshakeMsMax, () => this.#channel.end(ownFault('no_answer')));
      this.#onFrame = (answer) => {
        callOff();
        this.#onFrame = unexpected;
        resolve(answer);
      };
      this.#onFail = (why) => {
        callOff();
        reject(why);
      };
    });
    this.#channel.send(frame).catch((error: unknown) => this.#channel.end(asSetupError(error)));
    return await answered;
  }

  #seal(text: string): Uint8Array {
    if (this.#records === undefined) throw ownFault('not_proven');
    try {
      return this.#records.sealer.seal(new TextEncoder().encode(text));
    } catch {
      throw ownFault('request_too_long');
    }
  }

  #takeRecord(frame: Uint8Array): void {
    if (this.#records === undefined) return;
    const payload = this.#records.opener.open(frame);
    const told = readAnswer(payload);
    if ('joining' in told) {
      this.#parts.onJoining(told.joining);
      return;
    }
    const call = this.#calls.get(told.id);
    if (call === undefined) return;
    this.#calls.delete(told.id);
    call.callOff();
    if ('problem' in told) call.reject(told.problem);
    else call.resolve(told.answer);
  }

  #end(why: SetupError): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#onFail(why);
    for (const { callOff, reject } of calls) {
      callOff();
      reject(why);
    }
    if (this.#records !== undefined) this.#parts.onEnd(why);
  }
}

/** A frame that nothing asked for ends the session. */
function unexpected(): never {
  throw ownFault('not_proven', 'The gateway sent what nobody had asked for.');
}
