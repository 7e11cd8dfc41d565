import {
  GatewayProblem,
  type Door,
  type GatewayDescription,
  type Joining,
  type VerbRequest,
} from '../../../ble/gateway-link/ask-gateway.ts';
import type { HelloAnswer, ProofAnswer } from '../../../ble/gateway-link/gateway-answers.ts';
import type { AskHandshake } from '../../../ble/gateway-link/gateway-link.ts';

export const toDevice = new Uint8Array(32).fill(0xd0);
export const toClient = new Uint8Array(32).fill(0xc0);

/** A gateway that takes each proof but one that begins with a zero, and answers as the test says. */
export class FakeAsk implements AskHandshake {
  description: GatewayDescription | undefined = {
    gatewayId: 'bk3cp7ggr25dv2ea',
    name: 'Home',
    version: '0.1.0',
    fingerprint: null,
    serial: null,
    publicKey: null,
    compactKey: null,
    macs: { ethernet: null, wifi: null },
    can: ['scan'],
    improv: false,
    ancestor: false,
  };
  door: Door | undefined = { state: 'open', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 5 };
  readonly ended: Readonly<Record<string, unknown>>[] = [];
  readonly asked: VerbRequest[] = [];
  /** Of what comes next; undefined: answers. */
  problem: GatewayProblem | undefined;
  /** Called before each answer: for what happens in the meantime. */
  meanwhile: () => Promise<void> | void = () => undefined;
  answer: (request: VerbRequest) => Readonly<Record<string, unknown>> = ({ input }) => ({ ...input });
  #number = 0;
  readonly #doorListeners = new Set<() => void>();
  readonly #joiningListeners = new Set<(joining: Joining) => void>();

  async hello(): Promise<HelloAnswer> {
    const number = ++this.#number;
    await this.#settle();
    return { handshake: `h${number}`, frame: Uint8Array.of(2, ...new Uint8Array(144).fill(number)) };
  }

  async proof(_handshake: string, frame: Uint8Array): Promise<ProofAnswer> {
    const number = ++this.#number;
    await this.#settle();
    if (frame[1] === 0) throw refused('code_wrong', 2);
    return { session: `s${number}`, frame: Uint8Array.of(4, ...new Uint8Array(32)), toDevice, toClient };
  }

  async verb(request: VerbRequest): Promise<Readonly<Record<string, unknown>>> {
    this.asked.push(request);
    await this.#settle();
    return this.answer(request);
  }

  end(what: Readonly<Record<string, unknown>>): void {
    this.ended.push(what);
  }

  onDoor(listener: () => void): () => void {
    this.#doorListeners.add(listener);
    return () => this.#doorListeners.delete(listener);
  }

  onJoining(listener: (joining: Joining) => void): () => void {
    this.#joiningListeners.add(listener);
    return () => this.#joiningListeners.delete(listener);
  }

  setDoor(door: Door | undefined): void {
    this.door = door;
    for (const listener of [...this.#doorListeners]) listener();
  }

  tellJoining(joining: Partial<Joining>): void {
    for (const listener of [...this.#joiningListeners]) listener(joining as Joining);
  }

  get listenerCount(): number {
    return this.#doorListeners.size + this.#joiningListeners.size;
  }

  async #settle(): Promise<void> {
    await this.meanwhile();
    const { problem } = this;
    this.problem = undefined;
    if (problem !== undefined) throw problem;
  }
}

export function refused(reason: string, waitSeconds?: number): GatewayProblem {
  return new GatewayProblem({
    code: 'refused',
    message: `refused: ${reason}`,
    facts: { reason, ...(waitSeconds !== undefined && { waitSeconds }) },
  });
}
