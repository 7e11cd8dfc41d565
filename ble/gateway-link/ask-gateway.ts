/** How somebody nearby came in: docs/provisioning-protocol.md, section 5. */
export type NearbyWay = 'session' | 'improv' | 'ancestor';

/** What the radio tells others of its gateway: the answer of `describe`. Needs no leave, and holds nothing secret. */
export interface GatewayDescription {
  readonly gatewayId: string;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the public key in base 32, 52 capitals; null where the gateway has no key. */
  readonly fingerprint: string | null;
  readonly serial: string | null;
  /** The public key in small hex, and in Base58Check as the ancestor's apps read it; null where there is none. */
  readonly publicKey: string | null;
  readonly compactKey: string | null;
  /** `aa:bb:cc:dd:ee:ff` in capitals or not; null where there is no such interface. */
  readonly macs: { readonly ethernet: string | null; readonly wifi: string | null };
  /** Of the verbs of people nearby, those that this machine can do: without a light there is no `identify`. */
  readonly can: readonly ('identify' | 'scan' | 'set-name')[];
  /** Whether these are switched on at all. */
  readonly improv: boolean;
  readonly ancestor: boolean;
}

/** Who is let in, as the gateway has said last. */
export interface Door {
  readonly state: 'closed' | 'open' | 'barred';
  /** Until when each is let in, on the clock of the radio; null when it is not. The gateway looks itself at each ask. */
  readonly improvUntilMs: number | null;
  readonly ancestorUntilMs: number | null;
  readonly triesLeft: number;
}

/** How far the joining of a network has come. */
export interface Joining {
  /** As `set-wifi` has answered. */
  readonly attempt: number;
  readonly ssid: string;
  readonly stage: 'associating' | 'authenticating' | 'address' | 'checking' | 'joined' | 'failed';
  /** Of a stage `failed`: an error code, with words for people. */
  readonly failure: string | null;
  readonly message: string | null;
  readonly hint: string | null;
  readonly rolledBackTo: string | null;
}

/** What the gateway refuses, or that it does not answer: then the code is `unavailable`. */
export class GatewayProblem extends Error {
  readonly code: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(problem: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly retryable?: boolean;
    readonly facts?: Readonly<Record<string, unknown>>;
  }) {
    super(problem.message);
    this.name = 'GatewayProblem';
    this.code = problem.code;
    this.hint = problem.hint ?? '';
    this.retryable = problem.retryable ?? false;
    this.facts = problem.facts ?? {};
  }
}

export interface VerbRequest {
  readonly verb: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly way: NearbyWay;
  /** Needed for the way `session`. */
  readonly session?: string;
}

/** What the services ask of the gateway; whoever implements it keeps the connection. */
export interface AskGateway {
  /** Undefined until the gateway has answered once; kept while it does not answer. */
  readonly description: GatewayDescription | undefined;
  /** Undefined while the gateway does not answer. */
  readonly door: Door | undefined;
  /** The verb's answer, within 20 s. Errors: GatewayProblem, and nothing else. */
  verb(request: VerbRequest): Promise<Readonly<Record<string, unknown>>>;
  /** Called after `description` or `door` has changed, `door` becoming undefined included. The answer ends it. */
  onDoor(listener: () => void): () => void;
  /** Each event `joining`, in order; one may come before the answer of its `set-wifi`. The answer ends it. */
  onJoining(listener: (joining: Joining) => void): () => void;
}
