import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { GatewayShelf } from './gateway-shelf.ts';
import { batchProblem, isSignedMessage, signedLines, type TelemetryBatch } from './telemetry-batch.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What a backend does besides what it should. All may be changed at any time. */
export interface BackendManners {
  /** Says what it has with every answer; false: never. */
  isAcknowledging: boolean;
  /** What came is on disk before it is answered; false: only after `sync`. */
  isSyncing: boolean;
  /** Larger messages are refused (413). */
  bytesMax: number;
  /** Batches that it refuses (422), by the number of their first record. */
  readonly refused: Set<number>;
  /** Every message, until it is undefined again. */
  status: number | undefined;
  /** Each answer is said so often. */
  copies: number;
}

export interface BackendAnswer {
  readonly status: number;
  /** To the gateway, in this order. */
  readonly messages: readonly Tree[];
  readonly detail?: string;
}

const issuer = 'stub-1';

/**
 * A backend of the gateway's protocol, as a pure core: messages in, messages out. It checks all that comes, keeps what
 * it has on a disk of its own (a map) and in memory, can forget, and counts what it had twice.
 */
export class CloudBackend {
  readonly manners: BackendManners = {
    isAcknowledging: true,
    isSyncing: true,
    bytesMax: Number.POSITIVE_INFINITY,
    refused: new Set(),
    status: undefined,
    copies: 1,
  };
  readonly #key: KeyObject;
  readonly #shelves = new Map<string, GatewayShelf>();
  readonly #keys = new Map<string, string>();
  readonly #states = new Map<string, Tree>();
  readonly #problems: string[] = [];
  readonly #said: Tree[] = [];
  readonly #waiting: Tree[] = [];
  #saidMs = 0;
  #messages = 0;

  /** The same seed gives the same key, for tests only. */
  constructor(seed: number) {
    const secret = createHash('sha256').update(`stub backend ${seed}`).digest();
    // PKCS#8 of Ed25519 (RFC 8410, 7): a fixed beginning, and the 32 bytes.
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]);
    this.#key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  }

  /** Ed25519, base64url: what it signs its acknowledgements under. */
  get ackKey(): string {
    return String(createPublicKey(this.#key).export({ format: 'jwk' }).x);
  }

  get issuer(): string {
    return issuer;
  }

  /** Everything that was wrong with what came. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  get messages(): number {
    return this.#messages;
  }

  /** The last state that a gateway told of itself. */
  stateOf(gateway: string): Tree | undefined {
    return this.#states.get(gateway);
  }

  /** What it has of a gateway's chain; empty when it has never heard of it. */
  shelfOf(gateway: string): GatewayShelf {
    const shelf = this.#shelves.get(gateway) ?? new GatewayShelf();
    this.#shelves.set(gateway, shelf);
    return shelf;
  }

  /** All acknowledgements that it ever said. */
  get said(): readonly Tree[] {
    return this.#said;
  }

  /** Puts what is only in memory on disk. */
  sync(): void {
    for (const shelf of this.#shelves.values()) shelf.sync();
  }

  /** Its machine lost its power: what was not on disk is gone. */
  crash(): void {
    for (const shelf of this.#shelves.values()) shelf.crash();
  }

  /** Goes with the next answer: a command, a delegation, an old acknowledgement, anything. */
  say(message: Tree): void {
    this.#waiting.push(message);
  }

  /** A message of its own, signed under its domain. */
  signed(domain: string, message: Tree): Tree {
    const signature = sign(null, Buffer.from(signedLines(domain, message)), this.#key).toString('base64url');
    return { ...message, signature };
  }

  /** What it has on disk, said anew. undefined when it knows no chain of that gateway. */
  acknowledge(gateway: string, nowMs: number): Tree | undefined {
    const place = this.shelfOf(gateway).place();
    if (place === undefined) return undefined;
    this.#saidMs = Math.max(this.#saidMs + 1, nowMs);
    const ack = this.signed('gw-ack-1', { v: 1, kind: 'ack', gateway, ...place, at: this.#saidMs, issuer });
    this.#said.push(ack);
    return ack;
  }

  /** @param text what came, unpacked */
  handle(text: string, nowMs: number): BackendAnswer {
    const { status, bytesMax } = this.manners;
    this.#messages += 1;
    if (status !== undefined) return { status, messages: [] };
    if (Buffer.byteLength(text) > bytesMax) return { status: 413, messages: [], detail: 'too large' };
    const message = JSON.parse(text) as Tree;
    const refusal = this.#take(message, nowMs);
    if (refusal !== undefined) return refusal;
    const ack = this.manners.isAcknowledging
      ? this.acknowledge(String(message['gateway']), nowMs)
      : undefined;
    const messages = [...this.#waiting.splice(0), ...(ack === undefined ? [] : [ack])];
    return { status: 200, messages: messages.flatMap((one) => Array<Tree>(this.manners.copies).fill(one)) };
  }

  #take(message: Tree, nowMs: number): BackendAnswer | undefined {
    const gateway = String(message['gateway']);
    switch (message['kind']) {
      case 'hello':
        return this.#takeHello(gateway, message);
      case 'state':
        this.#states.set(gateway, message);
        return this.#checkSigned(gateway, 'gw-state-1', message);
      case 'result':
        return this.#checkSigned(gateway, 'gw-result-1', message);
      case 'telemetry':
        return this.#takeBatches(gateway, message['batches'] as readonly TelemetryBatch[], nowMs);
      default:
        return this.#refuse(`an unknown kind: ${String(message['kind'])}`);
    }
  }

  #takeHello(gateway: string, message: Tree): BackendAnswer | undefined {
    const key = String(message['publicKey']);
    const known = this.#keys.get(gateway) ?? key;
    if (known !== key) return this.#refuse(`${gateway} has another key than before`);
    this.#keys.set(gateway, key);
    const telemetry = message['telemetry'] as { readonly epoch?: string } | null;
    if (telemetry?.epoch !== undefined) this.shelfOf(gateway).open(telemetry.epoch);
    return this.#checkSigned(gateway, 'gw-hello-1', message);
  }

  #checkSigned(gateway: string, domain: string, message: Tree): BackendAnswer | undefined {
    const key = this.#keys.get(gateway);
    if (key === undefined) return this.#refuse(`${gateway} has not said hello`);
    if (message['signature'] === '') return undefined;
    return isSignedMessage(key, domain, message)
      ? undefined
      : this.#refuse(`a message of ${gateway} is not signed`);
  }

  #takeBatches(
    gateway: string,
    batches: readonly TelemetryBatch[],
    nowMs: number,
  ): BackendAnswer | undefined {
    for (const batch of batches) {
      const key = this.#keys.get(gateway);
      const problem = batch.gateway === gateway ? batchProblem(batch, key) : 'is of another gateway';
      if (problem !== undefined)
        return this.#refuse(`batch ${batch.epoch} ${batch.from} to ${batch.to} of ${gateway} ${problem}`);
      if (this.manners.refused.has(batch.from)) return { status: 422, messages: [], detail: 'not this one' };
    }
    for (const batch of batches) this.shelfOf(gateway).put(batch, nowMs);
    if (this.manners.isSyncing) this.sync();
    return undefined;
  }

  #refuse(detail: string): BackendAnswer {
    this.#problems.push(detail);
    return { status: 422, messages: [], detail };
  }
}
