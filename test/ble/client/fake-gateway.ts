import {
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import nacl from 'tweetnacl';
import type { SetupLink } from '../../../ble/client/setup-link.ts';

export type Identity = 'ed25519' | 'es256' | 'none';
export type Verbs = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>>;

/** A refusal of a verb. */
export class FakeProblem extends Error {
  readonly problem: Readonly<Record<string, unknown>>;
  constructor(problem: Readonly<Record<string, unknown>>) {
    super('problem');
    this.problem = problem;
  }
}

const reasons = { closed: 1, barred: 2, busy: 3, malformed: 4, codeWrong: 5, wait: 6, idle: 8 } as const;

export interface FakeGatewayOptions {
  readonly identity?: Identity;
  readonly code?: string;
  readonly verbs?: Verbs;
  readonly fragmentBytesMax?: number;
}

interface Session {
  readonly toDevice: Buffer;
  readonly toClient: Buffer;
  opened: bigint;
  sealed: bigint;
}

/**
 * The gateway's side of docs/provisioning-protocol.md, sections 1 to 4, written from that page alone and with nothing
 * of `ble/`: so that the client is checked against the page. One link at a time; faults by its public fields.
 */
export class FakeGateway {
  readonly code: string;
  verbs: Verbs;
  /** 0 closed, 1 open, 2 in a session, 3 barred. */
  door = 1;
  triesLeft = 5;
  waitSeconds = 0;
  isBusy = false;
  /** Of frames that go out: to lie, or to hold back. */
  change: (frame: Buffer) => Buffer | undefined = (frame) => frame;
  /** Fragments in both directions until the link is lost; undefined: never. */
  fragmentsLeft: number | undefined;
  readonly verbsAsked: string[] = [];
  readonly framesGot: Buffer[] = [];
  linksMade = 0;
  readonly #identity: Identity;
  readonly #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly #fragmentBytesMax: number;
  #session: Session | undefined;
  #proof: { readonly keys: Buffer; readonly transcript: Buffer } | undefined;
  #link: FakeLink | undefined;

  constructor({
    identity = 'ed25519',
    code = '7K3M9QXC41TZHW0E',
    verbs = {},
    fragmentBytesMax = 182,
  }: FakeGatewayOptions = {}) {
    this.#identity = identity;
    this.code = code;
    this.verbs = verbs;
    this.#fragmentBytesMax = fragmentBytesMax;
    this.#keys =
      identity === 'es256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  }

  get publicKey(): Buffer {
    if (this.#identity === 'none') return Buffer.alloc(32);
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    return Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  }

  get fingerprint(): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...sha256(this.publicKey)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[parseInt(five.padEnd(5, '0'), 2)]).join('');
  }

  get gatewayId(): string {
    return this.fingerprint.slice(0, 16).toLowerCase();
  }

  get label(): string {
    return `EGW1:${this.fingerprint}:${this.code}`;
  }

  facts(): Buffer {
    return Buffer.concat([
      Buffer.of(1),
      Buffer.from(this.gatewayId),
      Buffer.of(this.door, this.triesLeft, 0),
    ]);
  }

  connect(): Promise<SetupLink> {
    this.linksMade += 1;
    this.#session = undefined;
    this.#proof = undefined;
    const link = new FakeLink(this, this.#fragmentBytesMax);
    this.#link = link;
    return Promise.resolve(link);
  }

  loseLink(): void {
    this.#session = undefined;
    this.#link?.lose();
  }

  event(joining: Readonly<Record<string, unknown>>): void {
    if (this.#session !== undefined) this.#seal({ event: 'joining', joining });
  }

  refuse(reason: keyof typeof reasons, waitSeconds = 0): void {
    this.#session = undefined;
    this.#send(Buffer.of(5, reasons[reason], waitSeconds >> 8, waitSeconds & 0xff));
  }

  /** Raw bytes as one notification. */
  notify(fragment: Buffer): void {
    this.#link?.deliver(fragment);
  }

  takeFrame(frame: Buffer): void {
    this.framesGot.push(frame);
    const [type] = frame;
    if (type === 1 && frame.length === 49) this.#hello(frame);
    else if (type === 3 && frame.length === 33) this.#checkProof(frame);
    else if (type === 6) this.#record(frame);
    else this.refuse('malformed');
  }

  #hello(m1: Buffer): void {
    if (this.isBusy) {
      this.refuse('busy', 30);
      return;
    }
    if (this.waitSeconds > 0) {
      this.refuse('wait', this.waitSeconds);
      return;
    }
    const { publicKey, privateKey } = generateKeyPairSync('x25519');
    const prefix = Buffer.from('302a300506032b656e032100', 'hex');
    const theirs = createPublicKey({
      key: Buffer.concat([prefix, m1.subarray(1, 33)]),
      format: 'der',
      type: 'spki',
    });
    const own = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const signed = Buffer.concat([own, randomBytes(16), this.publicKey]);
    const m2 = Buffer.concat([Buffer.of(2), signed, this.#sign(Buffer.concat([m1, signed]))]);
    const transcript = sha256(Buffer.concat([m1, m2]));
    const secret = Buffer.concat([diffieHellman({ privateKey, publicKey: theirs }), Buffer.from(this.code)]);
    const keys = Buffer.from(hkdfSync('sha256', secret, transcript, 'egw-prov-1', 96));
    this.#proof = { keys, transcript };
    this.#send(m2);
  }

  #sign(what: Buffer): Buffer {
    if (this.#identity === 'none') return Buffer.alloc(0);
    const text = Buffer.from(`gw-prov-1\n${sha256(what).toString('hex')}`);
    return this.#identity === 'ed25519'
      ? sign(null, text, this.#keys.privateKey)
      : sign('sha256', text, { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' });
  }

  #checkProof(m3: Buffer): void {
    if (this.#proof === undefined) {
      this.refuse('malformed');
      return;
    }
    const { keys, transcript } = this.#proof;
    this.#proof = undefined;
    const mac = (role: string): Buffer =>
      createHmac('sha256', keys.subarray(0, 32)).update(role).update(transcript).digest();
    if (!m3.subarray(1).equals(mac('client'))) {
      this.triesLeft -= 1;
      this.refuse('codeWrong', 1);
      return;
    }
    this.#session = { toDevice: keys.subarray(32, 64), toClient: keys.subarray(64), opened: 0n, sealed: 0n };
    this.#send(Buffer.concat([Buffer.of(4), mac('device')]));
  }

  #record(frame: Buffer): void {
    const session = this.#session;
    if (session === undefined || frame.readBigUInt64BE(1) !== session.opened) {
      this.refuse('malformed');
      return;
    }
    const payload = nacl.secretbox.open(frame.subarray(9), nonce(session.opened), session.toDevice);
    session.opened += 1n;
    if (payload === null) {
      this.refuse('malformed');
      return;
    }
    void this.#answer(JSON.parse(Buffer.from(payload).toString()) as Request);
  }

  async #answer({ id, verb, input = {} }: Request): Promise<void> {
    this.verbsAsked.push(verb);
    const session = this.#session;
    const told = await this.#run(verb, input);
    // Of a session that is over, nothing is told.
    if (session === this.#session && session !== undefined) this.#seal({ id, ...told });
  }

  async #run(verb: string, input: Readonly<Record<string, unknown>>): Promise<object> {
    const run = this.verbs[verb];
    if (run === undefined)
      return { problem: { code: 'not_found', message: `no verb ${verb}`, hint: '', retryable: false } };
    try {
      return { answer: await run(input) };
    } catch (error) {
      if (error instanceof FakeProblem) return { problem: error.problem };
      throw error;
    }
  }

  #seal(payload: object): void {
    const session = this.#session;
    if (session === undefined) return;
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(session.sealed);
    const box = nacl.secretbox(Buffer.from(JSON.stringify(payload)), nonce(session.sealed), session.toClient);
    session.sealed += 1n;
    this.#send(Buffer.concat([Buffer.of(6), counter, box]));
  }

  #send(frame: Buffer): void {
    const changed = this.change(frame);
    if (changed === undefined) return;
    const size = this.#fragmentBytesMax - 1;
    const count = Math.ceil(changed.length / size);
    for (let number = 0; number < count; number += 1) {
      const head = (number % 128) | (number === count - 1 ? 0x80 : 0);
      this.#link?.deliver(
        Buffer.concat([Buffer.of(head), changed.subarray(number * size, (number + 1) * size)]),
      );
    }
  }
}

interface Request {
  readonly id: number;
  readonly verb: string;
  readonly input?: Readonly<Record<string, unknown>>;
}

/** A link in memory, which is lost when its gateway says so. */
class FakeLink implements SetupLink {
  readonly fragmentBytesMax: number;
  readonly #gateway: FakeGateway;
  #parts: Buffer[] = [];
  #isLost = false;
  #listener: (fragment: Uint8Array) => void = () => undefined;
  #lostListener: () => void = () => undefined;

  constructor(gateway: FakeGateway, fragmentBytesMax: number) {
    this.#gateway = gateway;
    this.fragmentBytesMax = fragmentBytesMax;
  }

  readFacts(): Promise<Uint8Array> {
    return this.#isLost
      ? Promise.reject(new Error('lost'))
      : Promise.resolve(new Uint8Array(this.#gateway.facts()));
  }

  write(fragment: Uint8Array): Promise<void> {
    if (this.#isLost || !this.#counts()) return Promise.reject(new Error('lost'));
    const [head = 0] = fragment;
    const isInOrder = (head & 0x7f) === this.#parts.length % 128;
    this.#parts.push(Buffer.from(fragment.subarray(1)));
    if (!isInOrder) this.#gateway.refuse('malformed');
    else if ((head & 0x80) !== 0) {
      const frame = Buffer.concat(this.#parts);
      this.#parts = [];
      queueMicrotask(() => this.#gateway.takeFrame(frame));
    }
    return Promise.resolve();
  }

  onFragment(listener: (fragment: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onLost(listener: () => void): void {
    this.#lostListener = listener;
  }

  close(): Promise<void> {
    this.lose();
    return Promise.resolve();
  }

  deliver(fragment: Buffer): void {
    if (this.#isLost || !this.#counts()) return;
    queueMicrotask(() => this.#listener(new Uint8Array(fragment)));
  }

  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    queueMicrotask(() => this.#lostListener());
  }

  #counts(): boolean {
    const left = this.#gateway.fragmentsLeft;
    if (left === undefined) return true;
    this.#gateway.fragmentsLeft = left - 1;
    if (left > 0) return true;
    this.#gateway.fragmentsLeft = undefined;
    this.#gateway.loseLink();
    return false;
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function nonce(counter: bigint): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeBigUInt64BE(counter, 16);
  return bytes;
}
