import type { Batch, ChainPlace } from './batch.ts';
import { Chain } from './chain.ts';
import { ChainWalk, type ChainDemand } from './chain-walk.ts';
import { checkBatch } from './check-batch.ts';
import { chainsInOrder } from './epoch-order.ts';
import type { Fault, Place } from './fault.ts';
import { parseJson } from './json-text.ts';
import { isObject, type JsonObject, type JsonValue } from './json-value.ts';
import { gatewayIdOf, type PublicKey } from './public-key.ts';
import { isEpoch, isGateway, isNumber, wrongMember } from './record-shape.ts';
import { isSigned } from './signature.ts';
import type { Verdict } from './verdict.ts';
import { VerifyError } from './verify-error.ts';
import type { RecordName, VerifyOptions } from './verify-options.ts';

const telemetryMembers = {
  v: (value: JsonValue | undefined): boolean => value === 1,
  kind: (value: JsonValue | undefined): boolean => value === 'telemetry',
  gateway: isGateway,
  batches: (value: JsonValue | undefined): boolean => Array.isArray(value) && value.every(isObject),
};

/** More than these are not told of: a file of something else has no end of them. */
const unreadableMax = 1_000;

/** Takes batches in any order, and says in the end what they prove. */
export class Verifier {
  readonly #options: VerifyOptions;
  readonly #keys: ReadonlyMap<string, PublicKey>;
  readonly #chains = new Map<string, Chain>();
  readonly #faults: Fault[] = [];
  #batches = 0;
  #otherMessages = 0;

  constructor(options: VerifyOptions) {
    this.#options = options;
    this.#keys = new Map(options.keys.map((key) => [gatewayIdOf(key.bytes), key]));
  }

  /** One JSON object: a batch, or a message of the gateway. undefined: what could not be read as text. */
  add(text: string | undefined, place: Place): void {
    const value = text === undefined ? undefined : parseJson(text);
    if (!isObject(value)) this.#unreadable('is not readable as JSON', place);
    else if (!('kind' in value)) this.#addBatch(value, place);
    else if (value['kind'] !== 'telemetry') this.#otherMessages += 1;
    else {
      const wrong = wrongMember(value, telemetryMembers);
      if (wrong !== undefined) {
        this.#unreadable(`is no telemetry of version 1: ${JSON.stringify(wrong)}`, place);
        return;
      }
      for (const batch of value['batches'] as JsonObject[]) {
        const isOwn = batch['gateway'] === value['gateway'];
        if (isOwn) this.#addBatch(batch, place);
        else this.#unreadable('has a batch of another gateway than it says', place);
      }
    }
  }

  /** To be called once, when all has been added. Errors: `VerifyError` where it cannot tell what is asked for. */
  finish(): Verdict {
    if (this.#batches + this.#faults.length === 0)
      throw new VerifyError('there is no batch in what was given');
    const chains = this.#asked(chainsInOrder(this.#chainsNamed()));
    const notes: string[] = [];
    const walks = chains.map((chain) => ({ chain, walk: this.#begin(chain, notes) }));
    const verdicts = walks.map(({ chain: { gateway, epoch }, walk }) =>
      walk.walk(
        walks
          .filter(({ chain }) => chain.gateway === gateway)
          .flatMap((other) => other.walk.gaps.flatMap(({ span }) => (span?.epoch === epoch ? [span] : []))),
      ),
    );
    const isVerified = this.#faults.length === 0 && verdicts.every(({ faults }) => faults.length === 0);
    return {
      isVerified,
      chains: verdicts,
      faults: this.#faults,
      notes: [...new Set(notes)],
      batches: this.#batches,
      duplicates: verdicts.reduce((sum, { duplicates }) => sum + duplicates, 0),
      otherMessages: this.#otherMessages,
    };
  }

  #addBatch(value: JsonObject, place: Place): void {
    this.#batches += 1;
    const { gateway, epoch } = value;
    if (!isGateway(gateway) || !isEpoch(epoch)) {
      this.#unreadable('is no batch of version 1', place);
      return;
    }
    const chain = this.#chainOf(gateway as string, epoch as string);
    const { batch, faults } = checkBatch(value);
    for (const fault of faults) chain.addFault(fault, place);
    if (batch !== undefined) {
      chain.add(batch, place);
      if (batch.start !== undefined && this.#isBelieved(batch)) chain.begin(batch.start);
    } else {
      const [from = 0, to = 0] = [value['from'], value['to']].map((item) =>
        isNumber(item) ? Number(item) : 0,
      );
      if (from >= 1 && to >= from) chain.spoiled.push({ from, to });
    }
  }

  #unreadable(message: string, place: Place): void {
    if (this.#faults.length < unreadableMax) this.#faults.push({ reason: 'unreadable', message, place });
  }

  #chainOf(gateway: string, epoch: string): Chain {
    const name = `${gateway}/${epoch}`;
    const known = this.#chains.get(name);
    if (known !== undefined) return known;
    const chain = new Chain(gateway, epoch);
    this.#chains.set(name, chain);
    return chain;
  }

  /** Those that were seen, and those that others name. */
  #chainsNamed(): readonly Chain[] {
    for (const { gateway, start } of [...this.#chains.values()]) {
      if (start?.previous !== undefined) this.#chainOf(gateway, start.previous.epoch);
    }
    // An acknowledgement does not say whose it is: of the first gateway there is.
    const [gateway = ''] = [
      ...[...this.#chains.values()].map((chain) => chain.gateway),
      ...this.#keys.keys(),
    ];
    for (const { epoch } of this.#options.expected) {
      const isKnown = [...this.#chains.values()].some((chain) => chain.epoch === epoch);
      if (!isKnown) this.#chainOf(gateway, epoch);
    }
    return [...this.#chains.values()];
  }

  /** From the chain of `from` to that of `to`. */
  #asked(chains: readonly Chain[]): readonly Chain[] {
    const { from, to } = this.#options;
    if ((from ?? to) === undefined) return chains;
    if (new Set(chains.map(({ gateway }) => gateway)).size > 1) {
      throw new VerifyError('--from and --to are for one gateway, and there are batches of more');
    }
    const first = from === undefined ? 0 : indexOf(chains, from);
    const last = to === undefined ? chains.length - 1 : indexOf(chains, to);
    return chains.slice(first, last + 1);
  }

  #begin(chain: Chain, notes: string[]): ChainWalk {
    const { from, to, checksTwice } = this.#options;
    const { epoch, start, table } = chain;
    const key = this.#keyOf(chain, notes);
    const asked = (name: RecordName | undefined): number | undefined =>
      name?.epoch === epoch || (name?.epoch === undefined && table.length > 0) ? name?.number : undefined;
    const last = asked(to);
    return new ChainWalk(chain, {
      algorithm: key?.algorithm ?? start?.algorithm ?? table.first()?.algorithm ?? '',
      ...(key !== undefined && { key }),
      from: asked(from) ?? 1,
      ...(last !== undefined && { to: last }),
      places: this.#placesIn(chain).filter(({ sequence }) => sequence <= (last ?? sequence)),
      checksTwice,
    });
  }

  #placesIn({ gateway, epoch }: Chain): ChainDemand['places'] {
    const next = [...this.#chains.values()].filter((chain) => chain.gateway === gateway);
    const previous = next.flatMap(({ start }) => (start?.previous === undefined ? [] : [start.previous]));
    const isHere = (place: ChainPlace): boolean => place.epoch === epoch;
    return [
      ...previous.filter(isHere).map((place) => ({ ...place, namedBy: 'previous' as const })),
      ...this.#options.expected.filter(isHere).map((place) => ({ ...place, namedBy: 'expected' as const })),
    ];
  }

  /** What the chain is to be signed with; undefined where nobody signs it, or it is not known who. */
  #keyOf(chain: Chain, notes: string[]): PublicKey | undefined {
    const { gateway, start, table } = chain;
    const given = this.#keys.get(gateway);
    const first = table.first();
    if (given !== undefined || first === undefined) return given;
    const refuse = (reason: 'key' | 'unsigned', message: string): void => {
      chain.addFault({ reason, message, record: first.from }, first.place);
    };
    if ((start?.algorithm ?? first.algorithm) === 'none') {
      if (!this.#options.acceptsUnsigned) {
        refuse('unsigned', 'is not signed, and --unsigned was not said');
        return undefined;
      }
      notes.push(`gateway ${gateway}: NOT SIGNED: this shows what was lost, and not who sent it`);
      return undefined;
    }
    const own = this.#options.trustsFirst ? this.#firstKeyOf(gateway) : undefined;
    if (own === undefined) {
      refuse('key', 'there is no key for this gateway');
      return undefined;
    }
    const key = own.bytes.toString('base64url');
    notes.push(
      `gateway ${gateway}: TRUSTED ON FIRST SIGHT: key ${key} stands in what was checked with it; compare the id with the one that the gateway shows`,
    );
    return own;
  }

  #firstKeyOf(gateway: string): PublicKey | undefined {
    const chains = [...this.#chains.values()].filter((chain) => chain.gateway === gateway);
    return chains.map(({ start }) => start?.key).find((key) => key !== undefined);
  }

  /** Whether the first record of a chain is believed before the rest has been seen. */
  #isBelieved(batch: Batch): boolean {
    const { trustsFirst, acceptsUnsigned, checksTwice } = this.#options;
    const key = this.#keys.get(batch.gateway) ?? (trustsFirst ? batch.start?.key : undefined);
    if (key === undefined) return acceptsUnsigned && batch.algorithm === 'none';
    return key.algorithm === batch.algorithm && isSigned(batch, batch.signature, key, checksTwice);
  }
}

/** Place of the chain that holds the record. */
function indexOf(chains: readonly Chain[], { epoch, number }: RecordName): number {
  const seen = chains.filter(({ table, faults }) => table.length + faults.length > 0);
  const named = epoch === undefined ? seen : seen.filter((chain) => chain.epoch === epoch);
  const [chain] = named;
  if (chain === undefined) throw new VerifyError(`there is no batch of chain ${epoch ?? ''}`);
  if (named.length > 1) throw new VerifyError(`there is more than one chain: say EPOCH:${number}`);
  return chains.indexOf(chain);
}
