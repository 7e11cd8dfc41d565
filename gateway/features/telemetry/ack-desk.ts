import { errorCodeOf } from '../../core/errors.ts';
import type { Clock } from '../../core/clock.ts';
import type { SequenceRange, TelemetryBatch, UplinkMark } from '../../storage/telemetry-calls.ts';
import type { PublicKey } from '../public-key.ts';
import type { SecurityNotes } from '../security-events.ts';
import type { StorePort } from '../store-port.ts';
import type { BackendMessage } from './backend-message.ts';
import type { ChainDelivery } from './chain-deliveries.ts';
import type { DeliveryBook } from './delivery-book.ts';
import { ackUpTo, isSignedAck, judgeAck, markOf, type Ack, type AckRefusal } from './read-ack.ts';
import { holdsRange, joinRanges, withoutRanges, type SequenceRanges } from './sequence-ranges.ts';

export interface AckDeskPorts {
  readonly uplink: string;
  readonly gateway: string;
  readonly clock: Clock;
  readonly store: StorePort<'telemetryBatches'>;
  readonly security: SecurityNotes;
  /** The key that may acknowledge for that issuer now. */
  readonly keyOf: (issuer: string) => PublicKey | undefined;
  /** Errors: `input_invalid`. */
  readonly readAck: (message: BackendMessage) => Ack;
}

/** Batches that are read at a time to count what is in them. */
const pageBatches = 32;
const pageBytes = 1_048_576;

/** Looks at what a backend says to have, before it is believed. */
export class AckDesk {
  readonly #ports: AckDeskPorts;
  #ignored = 0;

  constructor(ports: AckDeskPorts) {
    this.#ports = ports;
  }

  /** Acknowledgements that were not heard. */
  get ignored(): number {
    return this.#ignored;
  }

  /** The new mark; undefined when nothing is to be heard. Errors: those of the store. */
  async judge(
    message: BackendMessage,
    chainOf: (epoch: string) => ChainDelivery | undefined,
  ): Promise<UplinkMark | undefined> {
    const verdict = await this.#verdict(message, chainOf);
    if (verdict === 'repeated') return undefined;
    if (!('kind' in verdict)) return verdict;
    const { uplink, security } = this.#ports;
    const { kind, why, issuer } = verdict;
    this.#ignored += 1;
    const origin = issuer === undefined ? `uplink:${uplink}` : `cloud:${issuer}`;
    security.note({ kind, origin, detail: `an acknowledgement over uplink ${uplink}: ${why}` });
    return undefined;
  }

  async #verdict(
    message: BackendMessage,
    chainOf: (epoch: string) => ChainDelivery | undefined,
  ): Promise<UplinkMark | AckRefusal | 'repeated'> {
    const said = this.#read(message);
    if (said === undefined) return { kind: 'ack.invalid', why: 'it has not the form of one' };
    const { gateway, clock, keyOf } = this.#ports;
    const { issuer } = said;
    const key = keyOf(issuer);
    // An issuer that has not signed did not choose its name itself.
    if (key === undefined) return { kind: 'ack.forged', why: 'its issuer may not acknowledge' };
    if (!isSignedAck(said, key)) return { kind: 'ack.forged', why: 'its signature does not hold' };
    const chain = chainOf(said.epoch);
    if (chain === undefined) return { kind: 'ack.foreign', why: 'it is of another chain', issuer };
    const ack = chain.hasEnded ? ackUpTo(said, chain.place) : said;
    await this.#noteGone(ack, chain);
    const { mark, claimable } = chain.book;
    const verdict = judgeAck(ack, { gateway, mark, sent: claimable, nowMs: clock.wall() });
    if (verdict === 'repeated') return verdict;
    const refusal = verdict ?? (await this.#headRefusal(ack, chain));
    if (refusal !== undefined) return { ...refusal, issuer };
    return markOf(ack, mark.readings + (await this.#readingsSince(ack, chain.book)));
  }

  #read(message: BackendMessage): Ack | undefined {
    try {
      return this.#ports.readAck(message);
    } catch (error) {
      if (errorCodeOf(error) === 'input_invalid') return undefined;
      throw error;
    }
  }

  /** What gave way before it was sent is declared as a gap, which counts as there. */
  async #noteGone(ack: Ack, { book, place }: ChainDelivery): Promise<void> {
    const { epoch, sequence, also } = markOf(ack, 0);
    const claimed = joinRanges([[1, sequence]], also);
    for (const [from, to] of withoutRanges(claimed, book.claimable)) {
      if (to > place.sequence) return;
      const one = { epoch, after: from - 1, batchesMax: 1, bytesMax: 1 };
      const [next] = await this.#ports.store.call('telemetryBatches', one);
      if (next !== undefined && next.from <= to) return;
      book.gone([from, to]);
    }
  }

  /** A backend that has another chain under the same numbers has not what we sent. */
  async #headRefusal(
    { epoch, to, head }: Ack,
    { book, place }: ChainDelivery,
  ): Promise<AckRefusal | undefined> {
    if (to === 0) return undefined;
    const known = place.sequence === to ? place.head : book.underway.find((batch) => batch.to === to)?.head;
    const expected = known ?? (await this.#storedHead(epoch, to));
    if (expected === head) return undefined;
    // What was taken out after its time cannot be looked up; what goes back to it is sent again as far as it is kept.
    const isGoingBack = expected === undefined && to <= book.mark.sequence;
    if (isGoingBack && (await this.#isGone(epoch, to))) return undefined;
    const why =
      expected === undefined ? 'it ends within a batch' : 'its head is not that of the record it names';
    return { kind: 'ack.impossible', why };
  }

  /** Of the batch that ends there, or before the one that begins behind it. */
  async #storedHead(epoch: string, to: number): Promise<string | undefined> {
    const { store } = this.#ports;
    const one = { epoch, batchesMax: 1, bytesMax: 1 };
    const upTo = { after: 0, before: to + 1, isNewestFirst: true };
    const [last] = await store.call('telemetryBatches', { ...one, ...upTo });
    if (last?.to === to) return last.head;
    const [next] = await store.call('telemetryBatches', { ...one, after: to });
    return next?.from === to + 1 ? next.before : undefined;
  }

  async #isGone(epoch: string, to: number): Promise<boolean> {
    const query = { epoch, after: 0, batchesMax: 1, bytesMax: 1 };
    const [oldest] = await this.#ports.store.call('telemetryBatches', query);
    return oldest === undefined || oldest.from > to;
  }

  /** Readings that it has and had not before; negative when it has forgotten some. */
  async #readingsSince(ack: Ack, book: DeliveryBook): Promise<number> {
    const { sequence, also } = markOf(ack, 0);
    const now = joinRanges(sequence === 0 ? [] : [[1, sequence]], also);
    const before = book.acknowledged;
    const gained = await this.#readingsIn(withoutRanges(now, before), book);
    return gained - (await this.#readingsIn(withoutRanges(before, now), book));
  }

  async #readingsIn(ranges: SequenceRanges, book: DeliveryBook): Promise<number> {
    let readings = 0;
    for (const range of ranges) {
      const known = book.underway.filter(({ from, to }) => holdsRange([range], [from, to]));
      readings += known.reduce((sum, { count }) => sum + count, 0);
      const taken = joinRanges(
        known.map(({ from, to }): SequenceRange => [from, to]),
        [],
      );
      for (const [from, to] of withoutRanges([range], taken))
        readings += await this.#countStored(book.mark.epoch, from, to);
    }
    return readings;
  }

  async #countStored(epoch: string, from: number, to: number): Promise<number> {
    const { store } = this.#ports;
    let readings = 0;
    for (let after = from - 1; after < to;) {
      const page: readonly TelemetryBatch[] = await store.call('telemetryBatches', {
        epoch,
        after,
        before: to + 1,
        batchesMax: pageBatches,
        bytesMax: pageBytes,
      });
      const last = page.at(-1);
      if (last === undefined) return readings;
      readings += page.reduce((sum, { count }) => sum + count, 0);
      after = last.to;
    }
    return readings;
  }
}
