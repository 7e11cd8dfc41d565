import type { Clock } from '../clock.ts';
import { GatewayProblem } from '../gateway-link/ask-gateway.ts';
import type { AskHandshake } from '../gateway-link/gateway-link.ts';
import type { Log } from '../log.ts';
import { FragmentJoiner, splitIntoFragments } from '../protocol/fragments.ts';
import {
  decodePhoneHello,
  decodePhoneProof,
  encodeRefusal,
  frameTypeOf,
  frameTypes,
} from '../protocol/frames.ts';
import { ProtocolError, type RefusalReason } from '../protocol/protocol-error.ts';
import { RecordOpener, RecordSealer } from '../protocol/records.ts';
import type { AttError, GattLink } from '../radio/radio.ts';
import type { OneSession, SessionSeeker } from './one-session.ts';
import { refusalOf } from './refusal-of.ts';
import {
  answerPayload,
  eventPayload,
  problemPayload,
  readRequest,
  type SessionRequest,
} from './session-request.ts';

export interface PhoneParts {
  readonly ask: AskHandshake;
  readonly clock: Clock;
  readonly log: Log;
  readonly turn: OneSession;
}

type Stage =
  | { readonly name: 'none' }
  | { readonly name: 'asking' }
  | { readonly name: 'handshake'; readonly handshake: string }
  | {
      readonly name: 'session';
      readonly session: string;
      readonly opener: RecordOpener;
      readonly sealer: RecordSealer;
      lastId: number;
    };

/** Without a record; and of a handshake that is not proved, which keeps others out. */
const sessionIdleMsMax = 60_000;
const handshakeMsMax = 15_000;
/** Messages that wait while one is being answered: a phone asks one after the other. */
const waitingMax = 8;
/** After so many messages that are none, and handshakes that come to nothing, a link is ended. */
const faultsMax = 8;
const nothing: Stage = { name: 'none' };

/**
 * One link to our service: joins what it writes, and answers message by message, in order.
 *
 *     none --01--> asking --02--> handshake --03--> asking --04--> session --06--> session
 *
 * and back to none from everywhere: by a refusal, a new `01`, time, the link's end or the gateway's.
 */
export class Phone implements SessionSeeker {
  readonly #link: GattLink;
  readonly #parts: PhoneParts;
  readonly #joiner = new FragmentJoiner();
  #waiting: Uint8Array[] = [];
  #isWorking = false;
  #stage: Stage = nothing;
  #send: ((fragment: Uint8Array) => void) | undefined;
  #faults = 0;
  /** Its first hello since it has last proved itself. */
  #seeksSinceMs: number | undefined;
  #stopAlarm: () => void = () => undefined;

  constructor(link: GattLink, parts: PhoneParts) {
    this.#link = link;
    this.#parts = parts;
  }

  /** The outbox has a listener; a session lasts no longer than it. */
  listen(send: (fragment: Uint8Array) => void): () => void {
    this.#send = send;
    return () => {
      if (this.#send !== send) return;
      this.#send = undefined;
      this.#end();
    };
  }

  /** A fragment of the inbox. Without a listener at the outbox nothing could be answered: the write fails. */
  take(fragment: Uint8Array): AttError | undefined {
    if (this.#send === undefined) return 'unlikely-error';
    try {
      const message = this.#joiner.add(fragment, this.#parts.clock.nowMs());
      if (message === undefined) return undefined;
      if (this.#waiting.length >= waitingMax)
        throw new ProtocolError('malformed', 'more messages than anybody waits for');
      this.#waiting.push(message);
      void this.#work();
    } catch (error) {
      this.#fail(error);
    }
    return undefined;
  }

  /** Only in a session: an event, in its turn. */
  tell(event: Readonly<Record<string, unknown>>): void {
    if (this.#stage.name !== 'session') return;
    try {
      this.#sendRecord(this.#stage.sealer, eventPayload(event));
    } catch (error) {
      this.#fail(error);
    }
  }

  gatewayLost(): void {
    if (this.#stage.name !== 'none') this.#refuse('unavailable');
  }

  /** To another phone: this one has not proved itself in time. */
  giveWay(): void {
    this.#refuse('busy');
  }

  gone(): void {
    this.#send = undefined;
    this.#end();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) {
      try {
        await this.#answer(message);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#isWorking = false;
  }

  async #answer(message: Uint8Array): Promise<void> {
    switch (frameTypeOf(message)) {
      case frameTypes.phoneHello:
        decodePhoneHello(message);
        await this.#hello(message);
        return;
      case frameTypes.phoneProof:
        decodePhoneProof(message);
        await this.#proof(message);
        return;
      case frameTypes.record:
        await this.#record(message);
        return;
      default:
        throw new ProtocolError('malformed', 'a frame that only the gateway sends');
    }
  }

  async #hello(frame: Uint8Array): Promise<void> {
    const { ask, clock, turn } = this.#parts;
    this.#leaveHandshake();
    this.#end();
    const nowMs = clock.nowMs();
    this.#seeksSinceMs ??= nowMs;
    if (!turn.take(this, this.#seeksSinceMs, nowMs))
      throw new ProtocolError('busy', 'another phone is in a session');
    const stage = this.#enter({ name: 'asking' });
    const answer = await this.#unlessStale(stage, ask.hello(frame));
    if (answer === undefined) return;
    if (this.#stage !== stage) ask.end({ handshake: answer.handshake });
    else {
      this.#enter({ name: 'handshake', handshake: answer.handshake }, handshakeMsMax);
      this.#sendMessage(answer.frame);
      this.#dropFaulty();
    }
  }

  async #proof(frame: Uint8Array): Promise<void> {
    const { ask, log, turn } = this.#parts;
    if (this.#stage.name !== 'handshake') throw new ProtocolError('malformed', 'a proof without a handshake');
    const { handshake } = this.#stage;
    turn.keep(this);
    const stage = this.#enter({ name: 'asking' });
    const answer = await this.#unlessStale(stage, ask.proof(handshake, frame));
    if (answer === undefined) return;
    if (this.#stage !== stage) {
      ask.end({ session: answer.session });
      return;
    }
    this.#seeksSinceMs = undefined;
    const opener = new RecordOpener(answer.toDevice);
    const sealer = new RecordSealer(answer.toClient);
    this.#enter({ name: 'session', session: answer.session, opener, sealer, lastId: 0 }, sessionIdleMsMax);
    log.say('info', 'a phone has begun a session');
    this.#sendMessage(answer.frame);
  }

  async #record(frame: Uint8Array): Promise<void> {
    const stage = this.#stage;
    if (stage.name !== 'session') throw new ProtocolError('idle', 'a record without a session');
    const request = readRequest(stage.opener.open(frame), stage.lastId);
    stage.lastId = request.id;
    this.#restartAlarm(sessionIdleMsMax);
    const payload = await this.#unlessStale(stage, this.#payloadFor(request, stage.session));
    if (payload === undefined || this.#stage !== stage) return;
    this.#sendRecord(stage.sealer, payload);
  }

  async #payloadFor({ id, verb, input }: SessionRequest, session: string): Promise<Uint8Array> {
    try {
      return answerPayload(id, await this.#parts.ask.verb({ verb, input, way: 'session', session }));
    } catch (error) {
      // The gateway says so when it has ended the session.
      if (!(error instanceof GatewayProblem) || refusalOf(error) !== undefined) throw error;
      return problemPayload(id, error);
    }
  }

  /** Undefined when it failed, and nobody waits for it any more. */
  async #unlessStale<Answer>(stage: Stage, answer: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (this.#stage !== stage) return undefined;
      throw error;
    }
  }

  #enter(stage: Stage, msMax?: number): Stage {
    this.#stage = stage;
    this.#stopAlarm();
    if (msMax !== undefined) this.#restartAlarm(msMax);
    return stage;
  }

  #restartAlarm(msMax: number): void {
    this.#stopAlarm();
    this.#stopAlarm = this.#parts.clock.after(msMax, () => {
      this.#leaveHandshake();
      this.#refuse('idle');
    });
  }

  /** A handshake that is not proved keeps others out: whoever begins one after the other is a fault himself. */
  #leaveHandshake(): void {
    if (this.#stage.name === 'handshake') this.#faults += 1;
  }

  #fail(error: unknown): void {
    const { log } = this.#parts;
    if (error instanceof ProtocolError) {
      log.say('warn', `a phone was refused: ${error.message}`);
      this.#refuse(error.reason);
      return;
    }
    const refusal = error instanceof GatewayProblem ? refusalOf(error) : undefined;
    const known = error instanceof GatewayProblem ? `${error.code}: ${error.message}` : String(error);
    log.say(refusal === undefined ? 'error' : 'warn', `the gateway has refused a phone: ${known}`);
    this.#refuse(refusal?.reason ?? 'unavailable', refusal?.waitSeconds);
  }

  /** Ends what there was, and tells the phone why. */
  #refuse(reason: RefusalReason, waitSeconds = 0): void {
    this.#end();
    if (reason === 'malformed') this.#faults += 1;
    this.#sendMessage(encodeRefusal({ reason, waitSeconds }));
    this.#dropFaulty();
  }

  #dropFaulty(): void {
    if (this.#faults >= faultsMax) this.#link.drop();
  }

  #end(): void {
    const stage = this.#stage;
    this.#stage = nothing;
    this.#stopAlarm();
    this.#joiner.reset();
    this.#waiting = [];
    const { ask, turn } = this.#parts;
    turn.leave(this);
    if (stage.name === 'handshake') ask.end({ handshake: stage.handshake });
    if (stage.name === 'session') ask.end({ session: stage.session });
  }

  #sendRecord(sealer: RecordSealer, payload: Uint8Array): void {
    this.#sendMessage(sealer.seal(payload));
    this.#restartAlarm(sessionIdleMsMax);
  }

  #sendMessage(message: Uint8Array): void {
    if (this.#send === undefined) return;
    for (const fragment of splitIntoFragments(message, this.#link.notificationBytesMax)) this.#send(fragment);
  }
}
