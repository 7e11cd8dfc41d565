import type { GarbageKind } from './fault-plan.ts';
import type { SeededRandom } from './random.ts';

export interface IncomingRequest {
  readonly kind: 'request';
  readonly unitId: number;
  /** Function code and data, 1 … 253 bytes. */
  readonly pdu: Uint8Array;
  /** The whole request as it came. */
  readonly bytes: Uint8Array;
  /** The frame that carries an answer to it. */
  readonly frame: (pdu: Uint8Array) => Uint8Array;
  /** What the line's own end says when the unit is silent; nothing, unless it is given. */
  readonly silence?: () => Uint8Array;
}

/** Bytes that the framing's own end sends, whatever the units do. */
export interface OwnBytes {
  readonly kind: 'own';
  readonly bytes: Uint8Array;
}

/** How requests and answers are packed on one connection. It keeps the bytes of an incomplete request. */
export interface Framing {
  /** True when the stream has no known frame borders any more: the connection is to be closed. */
  readonly isBroken: boolean;
  /** The unit id to which writes for all units go, unanswered; undefined where there is none. */
  readonly broadcastUnitId: number | undefined;
  /** The ways in which an answer can be garbled here. */
  readonly garbageKinds: readonly [GarbageKind, ...GarbageKind[]];
  /** How far apart the pieces of a garbled answer go out. */
  readonly pieceGapMs: number;
  /** What is completed by this chunk, in order. */
  push(chunk: Uint8Array): readonly (IncomingRequest | OwnBytes)[];
  /** How long a request and its answer are under way on a wire, silences included; 0 where there is none. */
  wireMs(requestBytes: number, answerBytes: number): number;
  /** The pieces in which a garbled copy of an answer goes out. A kind that is not of this framing gives another one. */
  garble(kind: GarbageKind, answer: GarbledAnswer, random: SeededRandom): readonly Uint8Array[];
}

export interface GarbledAnswer {
  readonly request: IncomingRequest;
  /** The right answer, in its frame. */
  readonly bytes: Uint8Array;
}
