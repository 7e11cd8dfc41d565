import type { Framing, FramingListener } from '../../gateway/io/transports/framing.ts';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { isAnswerTo, randomExchange, type Exchange } from './exchange.ts';
import { mutateFrame } from './mutate-frame.ts';
import type { WireCodec } from './wire-codec.ts';

export interface MutationRunOptions {
  readonly seed: number;
  readonly frames: number;
  readonly codec: WireCodec;
  createFraming(listener: FramingListener): Framing;
  /** What follows a broken frame, bytes left over, or no answer: a new connection, or a silence. */
  recover(framing: Framing): void;
}

export interface MutationFigures {
  readonly frames: number;
  /** Something was thrown. */
  readonly crashes: number;
  /** Answers believed that the stream did not carry, or that do not answer the request. */
  readonly wrong: number;
  /** Frames that nothing was done to, and that were not believed. */
  readonly lost: number;
  /** Believed, and what was sent. */
  readonly right: number;
  /** Believed and not what was sent, but whole and framed as it must be: no reader could tell. */
  readonly undetectable: number;
  readonly bufferedBytesMax: number;
  /** Of the first crash, wrong or lost one. */
  readonly firstFailure: string | undefined;
}

const untouchedShare = 0.1;
const piecesMax = 4;

/**
 * Requests, each answered by a frame that was tampered with on its way and comes in pieces, through one framing
 * that is treated as the transport treats it. The same seed gives the same figures.
 */
export function runMutations(options: MutationRunOptions): MutationFigures {
  const run = new MutationRun(options);
  for (let index = 0; index < options.frames; index += 1) run.exchange();
  return run.figures;
}

class MutationRun {
  readonly #options: MutationRunOptions;
  readonly #random: SeededRandom;
  readonly #framing: Framing;
  readonly #figures = {
    ...{ frames: 0, crashes: 0, wrong: 0, lost: 0, right: 0, undetectable: 0, bufferedBytesMax: 0 },
    firstFailure: undefined as string | undefined,
  };
  #earlier: Buffer = Buffer.alloc(1);
  #answers: Buffer[] = [];
  #isBroken = false;

  constructor(options: MutationRunOptions) {
    this.#options = options;
    this.#random = new SeededRandom(`mutated frames ${options.seed}`);
    this.#framing = options.createFraming({
      onAnswer: (unitAndPdu) => this.#answers.push(Buffer.from(unitAndPdu)),
      onLateAnswer: () => undefined,
      onInvalid: () => (this.#isBroken = true),
      onRefused: () => undefined,
      onReply: () => undefined,
    });
  }

  get figures(): MutationFigures {
    return { ...this.#figures };
  }

  exchange(): void {
    const exchange = randomExchange(this.#random);
    this.#answers = [];
    this.#isBroken = false;
    this.#figures.frames += 1;
    try {
      this.#transfer(exchange);
      this.#settle();
    } catch (error) {
      this.#fail('crashes', String(error));
      this.#framing.reset();
    }
  }

  #transfer(exchange: Exchange): void {
    const request = this.#framing.request(exchange.request);
    const honest = this.#options.codec.frame(exchange.answer, request);
    const isUntouched = this.#random.unit() < untouchedShare;
    const stream = isUntouched ? honest : mutateFrame(honest, this.#earlier, this.#random);
    this.#earlier = honest;
    this.#push(stream);
    this.#judge(exchange, request, stream, isUntouched);
  }

  #push(stream: Buffer): void {
    const pieces = this.#random.integer(1, piecesMax);
    let at = 0;
    for (let piece = 1; piece <= pieces; piece += 1) {
      const end = piece === pieces ? stream.length : this.#random.integer(at, stream.length);
      if (end > at) this.#framing.push(stream.subarray(at, end));
      this.#figures.bufferedBytesMax = Math.max(this.#figures.bufferedBytesMax, this.#framing.bufferedBytes);
      at = end;
    }
  }

  #judge({ request, answer }: Exchange, sent: Uint8Array, stream: Buffer, isUntouched: boolean): void {
    const [believed, ...more] = this.#answers;
    if (believed === undefined) {
      if (isUntouched) this.#fail('lost');
    } else if (
      more.length > 0 ||
      !isAnswerTo(request, believed) ||
      !this.#options.codec.carries(stream, believed, sent)
    ) {
      this.#fail('wrong');
    } else if (believed.equals(answer)) this.#figures.right += 1;
    else this.#figures.undetectable += 1;
  }

  #fail(kind: 'crashes' | 'wrong' | 'lost', why = ''): void {
    this.#figures[kind] += 1;
    this.#figures.firstFailure ??= `${kind}: frame ${this.#figures.frames} of seed ${this.#options.seed} ${why}`;
  }

  /** As the transport does before the next request. */
  #settle(): void {
    if (this.#answers.length === 0) this.#framing.giveUp();
    const isSound = this.#answers.length > 0 && !this.#isBroken && this.#framing.bufferedBytes === 0;
    if (!isSound) this.#options.recover(this.#framing);
  }
}
