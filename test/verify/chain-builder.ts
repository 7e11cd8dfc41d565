import { createECDH, createHash, createPrivateKey, sign } from 'node:crypto';
import nacl from 'tweetnacl';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonMembers = Record<string, Json>;

/** A batch, as it is sent. */
export interface BuiltBatch extends JsonMembers {
  gateway: string;
  epoch: string;
  from: number;
  to: number;
  count: number;
  before: string;
  head: string;
  records: JsonMembers[];
  signature: string;
}

/** A gateway of which everybody knows the key: for tests and published examples, and for nothing else. */
export interface PublishedGateway {
  readonly gateway: string;
  readonly algorithm: 'Ed25519' | 'ES256' | 'none';
  /** base64url. */
  readonly publicKey: string;
  /** base64url. */
  sign(message: string): string;
}

/** The seed is the SHA-256 of this text and the name. */
const publishedSeed = 'eGW published test key, no secret: ';

export function publishedGateway(
  name: string,
  algorithm: PublishedGateway['algorithm'] = 'Ed25519',
): PublishedGateway {
  const seed = sha256(Buffer.from(`${publishedSeed}${name}`));
  if (algorithm === 'ES256') return es256Gateway(seed);
  const pair = nacl.sign.keyPair.fromSeed(seed);
  const publicKey = Buffer.from(pair.publicKey);
  return {
    gateway: gatewayNameOf(publicKey),
    algorithm,
    publicKey: publicKey.toString('base64url'),
    sign: (message) =>
      algorithm === 'none'
        ? ''
        : Buffer.from(nacl.sign.detached(Buffer.from(message), pair.secretKey)).toString('base64url'),
  };
}

function es256Gateway(seed: Buffer): PublishedGateway {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(seed);
  const point = pair.getPublicKey().subarray(1);
  const [x, y] = [point.subarray(0, 32), point.subarray(32)].map((part) => part.toString('base64url'));
  const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '', d: seed.toString('base64url') };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return {
    gateway: gatewayNameOf(point),
    algorithm: 'ES256',
    publicKey: point.toString('base64url'),
    sign: (message) =>
      sign('sha256', Buffer.from(message), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  };
}

/** Base 32 by the letter, five bits each. */
export function gatewayNameOf(publicKey: Uint8Array): string {
  const bits = [...sha256(publicKey)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from(
    { length: 16 },
    (_, at) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(bits.slice(5 * at, 5 * at + 5), 2)],
  ).join('');
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** RFC 8785: JSON.stringify writes numbers and texts as it asks for, and leaves the order to us. */
export function canonicalOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalOf).join()}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalOf(value[name] ?? null)}`).join()}}`;
}

const noHash = '0'.repeat(64);

export interface ChainOptions {
  readonly epoch: string;
  readonly atMs: number;
  readonly previous?: { readonly epoch: string; readonly sequence: number; readonly head: string };
  /** In place of the usual members of the first record. */
  readonly first?: JsonMembers;
}

/** Makes the chain of a gateway as docs/cloud-protocol.md describes it, with code of its own. */
export class ChainBuilder {
  readonly owner: PublishedGateway;
  readonly epoch: string;
  readonly batches: BuiltBatch[] = [];
  #records: JsonMembers[] = [];
  #sealed = 0;
  #head = noHash;
  #commit = 0;

  constructor(owner: PublishedGateway, { epoch, atMs, previous, first }: ChainOptions) {
    this.owner = owner;
    this.epoch = epoch;
    const { gateway, publicKey, algorithm } = owner;
    this.add({
      kind: 'epoch',
      ...{
        gateway,
        publicKey,
        algorithm,
        epoch,
        previous: previous === undefined ? null : { ...previous },
        atMs,
      },
      ...first,
    });
  }

  /** Number and hash of the last sealed record. */
  get place(): { readonly epoch: string; readonly sequence: number; readonly head: string } {
    return { epoch: this.epoch, sequence: this.#sealed, head: this.#head };
  }

  add(record: JsonMembers): this {
    this.#records.push(record);
    return this;
  }

  commit(readings: JsonMembers): this {
    this.#commit += 1;
    return this.add({ kind: 'readings', commit: this.#commit, readings });
  }

  /** What was added since the last one, with members in place of its own before it is signed. */
  seal(changed: Partial<BuiltBatch> = {}): BuiltBatch {
    const { gateway, algorithm } = this.owner;
    const records = this.#records;
    this.#records = [];
    const batch: BuiltBatch = {
      v: 1,
      ...{ gateway, algorithm, epoch: this.epoch, records, signature: '' },
      from: this.#sealed + 1,
      to: this.#sealed + records.length,
      count: records.reduce((sum, record) => sum + readingsOf(record), 0),
      before: this.#head,
      head: headOf(this.#head, records),
      ...changed,
    };
    this.#sealed += records.length;
    this.#head = batch.head;
    batch.signature = this.owner.sign(signedTextOf(batch));
    this.batches.push(batch);
    return batch;
  }
}

export function headOf(before: string, records: readonly Json[]): string {
  return records
    .reduce<Buffer>(
      (hash, record) => sha256(hash, Buffer.from(canonicalOf(record))),
      Buffer.from(before, 'hex'),
    )
    .toString('hex');
}

export function signedTextOf({ gateway, epoch, to, count, head }: BuiltBatch): string {
  return ['gw-telemetry-1', gateway, epoch, to, count, head].join('\n');
}

function readingsOf({ readings }: JsonMembers): number {
  if (typeof readings !== 'object' || readings === null) return 0;
  return Object.values(readings)
    .flatMap((device) => Object.values(device as JsonMembers))
    .reduce<number>((sum, series) => sum + (series as Json[]).length, 0);
}
