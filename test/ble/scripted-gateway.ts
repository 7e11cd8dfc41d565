import {
  GatewayProblem,
  type AskGateway,
  type Door,
  type GatewayDescription,
  type Joining,
  type VerbRequest,
} from '../../ble/gateway-link/ask-gateway.ts';
import type { Clock } from '../../ble/clock.ts';

type Answer = Readonly<Record<string, unknown>>;

export const someDescription: GatewayDescription = {
  gatewayId: 'abcdefghijklmnop',
  name: 'Attic',
  version: '1.2.3',
  fingerprint: 'A'.repeat(52),
  serial: '01233831995c5b7701',
  publicKey: 'ab'.repeat(64),
  compactKey: '112VfPXs8wtRxW',
  macs: { ethernet: 'dc:a6:32:00:11:22', wifi: 'dc:a6:32:00:11:23' },
  can: ['identify', 'scan', 'set-name'],
  improv: true,
  ancestor: true,
};

const someStatus: Answer = {
  wireless: {
    radio: 'on',
    joined: { ssid: 'home', signalPct: 70, addresses: ['fe80::1/64', '192.168.1.51/24'] },
  },
  ethernet: { addresses: ['192.168.1.50/24'] },
  internet: 'online',
  addresses: ['http://192.168.1.50/', 'http://attic.local/'],
};

export const someNetworks = [
  { ssid: 'home', signalPct: 80, security: 'wpa-psk', isKnown: false, isJoined: false },
  { ssid: 'home', signalPct: 60, security: 'sae', isKnown: false, isJoined: false },
  { ssid: 'café', signalPct: 40, security: 'open', isKnown: false, isJoined: false },
  { ssid: 'office', signalPct: 20, security: 'wpa-eap', isKnown: false, isJoined: false },
  { ssid: 'odd', signalPct: 90, security: 'unknown', isKnown: false, isJoined: false },
];

/** A gateway that answers what a test has told it to, and that looks at its door itself, as the real one does. */
export class ScriptedGateway implements AskGateway {
  readonly asked: VerbRequest[] = [];
  /** A verb without an answer is never answered; an Error is its refusal. */
  readonly answers = new Map<string, Answer | Error>();
  description: GatewayDescription | undefined = someDescription;
  door: Door | undefined = { state: 'open', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 5 };
  readonly #clock: Clock;
  readonly #doorListeners = new Set<() => void>();
  readonly #joiningListeners = new Set<(joining: Joining) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.answers.set('info', { name: 'Attic', hostName: 'attic' });
    this.answers.set('scan', { networks: someNetworks });
    this.answers.set('status', someStatus);
    this.answers.set('identify', {});
    this.answers.set('set-name', {});
    this.answers.set('disconnect-wifi', {});
    this.answers.set('set-wifi', joiningOf(1, 'associating'));
  }

  async verb(request: VerbRequest): Promise<Answer> {
    this.asked.push(structuredClone(request));
    const { improvUntilMs = null, ancestorUntilMs = null } = this.door ?? {};
    const untilMs = request.way === 'improv' ? improvUntilMs : ancestorUntilMs;
    await Promise.resolve();
    if (this.door === undefined) throw problem('unavailable');
    if (untilMs === null || untilMs <= this.#clock.nowMs()) throw problem('refused');
    const answer = this.answers.get(request.verb);
    if (answer instanceof Error) throw answer;
    return await (answer ?? new Promise<Answer>(() => undefined));
  }

  onDoor(listener: () => void): () => void {
    this.#doorListeners.add(listener);
    return () => this.#doorListeners.delete(listener);
  }

  onJoining(listener: (joining: Joining) => void): () => void {
    this.#joiningListeners.add(listener);
    return () => this.#joiningListeners.delete(listener);
  }

  /** Somebody touched it: a minute for Improv, three for the ancestor. */
  touch(): void {
    const nowMs = this.#clock.nowMs();
    this.setDoor({
      state: 'open',
      improvUntilMs: nowMs + 60_000,
      ancestorUntilMs: nowMs + 180_000,
      triesLeft: 5,
    });
  }

  setDoor(door: Door | undefined): void {
    this.door = door;
    for (const listener of [...this.#doorListeners]) listener();
  }

  tell(joining: Joining): void {
    for (const listener of [...this.#joiningListeners]) listener(joining);
  }

  /** Of all that a service may have left behind. */
  get listeners(): number {
    return this.#doorListeners.size + this.#joiningListeners.size;
  }

  askedFor(verb: string): readonly VerbRequest[] {
    return this.asked.filter((request) => request.verb === verb);
  }
}

export function joiningOf(
  attempt: number,
  stage: Joining['stage'],
  failure: string | null = null,
): Joining & Answer {
  const message = failure === null ? null : 'The password is wrong.';
  return { attempt, ssid: 'home', stage, failure, message, hint: null, rolledBackTo: null };
}

export function problem(code: string, message = `refused: ${code}`): GatewayProblem {
  return new GatewayProblem({ code, message });
}
