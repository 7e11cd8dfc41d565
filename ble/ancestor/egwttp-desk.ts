import type { Clock } from '../clock.ts';
import type { AncestorGateway } from './ancestor-gateway.ts';
import { answerAncestor, notLetIn, problem, type RouteAnswer } from './ancestor-routes.ts';
import { encodeEgwttpPart, readEgwttpRequest, type EgwttpAnswer, type EgwttpRequest } from './egwttp.ts';
import { spacedJson } from './spaced-json.ts';

/** For how long the parts of an answer can be fetched, and of how many answers. */
const keptMs = 60_000;
const keptMax = 4;

interface Kept {
  readonly answer: EgwttpAnswer;
  readonly untilMs: number;
}

/**
 * The requests of one link. Each is run once, when it comes without an offset; the same with an offset is another part
 * of the answer that there was. Goes with its link.
 */
export class EgwttpDesk {
  readonly #gateway: AncestorGateway;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  #underWay: string | undefined;

  constructor(gateway: AncestorGateway, clock: Clock) {
    this.#gateway = gateway;
    this.#clock = clock;
  }

  /** A part of the answer; undefined for what is being answered already. Never rejects. */
  async take(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const read = readEgwttpRequest(bytes);
    if ('fault' in read) return encodeEgwttpPart({ ...read, offset: 0 }, encode(problem(400, read.fault)));
    const { request } = read;
    const key = JSON.stringify([request.method, request.path, request.body]);
    if (request.offset > 0) return this.#nextPart(request, key);
    if (this.#underWay === key) return undefined;
    if (this.#underWay !== undefined)
      return encodeEgwttpPart(request, encode(problem(503, 'another request is being answered')));
    this.#underWay = key;
    const answer = encode(await answerAncestor(this.#gateway, request));
    this.#underWay = undefined;
    this.#keep(key, answer);
    return encodeEgwttpPart(request, answer);
  }

  #nextPart(request: EgwttpRequest, key: string): Uint8Array {
    const kept = this.#kept.get(key);
    const begun = { ...request, offset: 0 };
    if (this.#gateway.letsIn === undefined) return encodeEgwttpPart(begun, encode(notLetIn));
    if (kept === undefined || this.#clock.nowMs() >= kept.untilMs)
      return encodeEgwttpPart(begun, encode(problem(410, 'the answer is gone: ask again, without Offset')));
    if (request.offset > kept.answer.body.length)
      return encodeEgwttpPart(begun, encode(problem(416, 'the answer is not that long')));
    return encodeEgwttpPart(request, kept.answer);
  }

  #keep(key: string, answer: EgwttpAnswer): void {
    this.#kept.delete(key);
    this.#kept.set(key, { answer, untilMs: this.#clock.nowMs() + keptMs });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptMax && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function encode({ status, body }: RouteAnswer): EgwttpAnswer {
  return { status, body: new TextEncoder().encode(spacedJson(body)) };
}
