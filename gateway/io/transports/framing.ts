import type { GatewayError } from '../../core/errors.ts';

/** What a framing makes of the bytes. Called from within `push`. */
export interface FramingListener {
  /** The answer to the request that is due: unit, function and what follows. Valid only during the call. */
  onAnswer(unitAndPdu: Uint8Array): void;
  /** An answer to an earlier request of ours, dropped. */
  onLateAnswer(): void;
  /** The protocol was broken. Nothing is believed until the next request, or `reset` where it must be. */
  onInvalid(reason: string): void;
  /** The request that is due will have no answer; the connection is fine. */
  onRefused(error: GatewayError): void;
  /** To be sent at once, whatever is going on. */
  onReply(bytes: Uint8Array): void;
}

/**
 * How requests and answers are packed into a byte stream. Pure but for its clock, and believes nothing: only
 * the answer that is due comes out, with its unit, function, length and what it echoes checked. It keeps a
 * bounded number of bytes, and throws at nothing that it is fed.
 */
export interface Framing {
  /** Bytes that are not yet an answer. */
  readonly bufferedBytes: number;
  /** Packs unit and PDU. From now on the answer to this request, and to no other, is due. */
  request(unitAndPdu: Uint8Array): Uint8Array;
  push(bytes: Uint8Array): void;
  /** The request that is due is given up; its answer may yet come. */
  giveUp(): void;
  /** A new connection: nothing is due or buffered. What was given up stays known. */
  reset(): void;
  /**
   * How many answers to requests that were given up may yet come, and be taken for one to this unit and function.
   * A request is first made as many times in vain: one that comes then cannot be older than it.
   */
  unansweredCount(unit: number, functionCode: number): number;
  /**
   * Whether a write could be taken for confirmed by its own echo, as nothing was read on this connection that
   * shows whether it echoes.
   */
  readonly mayEcho: boolean;
}
