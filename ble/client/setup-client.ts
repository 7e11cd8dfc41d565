import type { Clock } from '../clock.ts';
import { decodeFacts, type GatewayFacts } from './gateway-facts.ts';
import type { Answer, Joining } from './session-messages.ts';
import { ownFault, refused, SetupError } from './setup-error.ts';
import { gatewayIdOf, type SetupLabel } from './setup-label.ts';
import type { SetupLink } from './setup-link.ts';
import { SetupSession } from './setup-session.ts';

/** `lost`: no session now; it comes back with the next call. `connecting` also between two tries of that. */
export type ClientState = 'connecting' | 'proving' | 'ready' | 'lost';

export interface SetupClientParts {
  /** Makes the link: at first, and again when it was lost. Rejects when it cannot. */
  readonly connect: () => Promise<SetupLink>;
  readonly label: SetupLabel;
  readonly clock: Clock;
  readonly onState?: (state: ClientState) => void;
}

/** Asking these twice is as asking once. */
const repeatable: ReadonlySet<string> = new Set(['identify', 'info', 'scan', 'set-time', 'status']);
/** The session went, which says nothing about what was asked. */
const sessionFaults: ReadonlySet<string> = new Set([
  'busy',
  'idle',
  'link_lost',
  'malformed',
  'no_answer',
  'unavailable',
  // Of a session that comes back: who came back very soon.
  'wait',
]);
const callTriesMax = 3;
const callMsMax = 25_000;
const resumeDelaysMs = [500, 1_000, 2_000, 4_000];
/** A phone that went away is forgotten by the gateway after 60 s. */
const resumeMsMax = 75_000;

/** Sets up one gateway: begins sessions as they are needed, and anew when the link was lost. */
export class SetupClient {
  readonly #parts: SetupClientParts;
  readonly #joiningListeners = new Set<(joining: Joining) => void>();
  #label: SetupLabel;
  #link: SetupLink | undefined;
  #facts: GatewayFacts | undefined;
  #session: SetupSession | undefined;
  #opening: Promise<SetupSession> | undefined;
  #isClosed = false;

  constructor(parts: SetupClientParts) {
    this.#parts = parts;
    this.#label = parts.label;
  }

  /** What the gateway told everybody, last; undefined before the first link. */
  get facts(): GatewayFacts | undefined {
    return this.#facts;
  }

  /** Of the gateway's key, once it has been proven: 52 capitals. */
  get fingerprint(): string | undefined {
    return this.#session?.fingerprint;
  }

  /** The first session. Errors: those of `SetupSession.open`, and `closed barred` before any of it. */
  async open(): Promise<void> {
    await this.#current();
  }

  /**
   * Asks a verb (docs/provisioning-protocol.md, section 4), in a new session where the last is over. What can be asked
   * twice is asked again when the link is lost on the way. Errors: problems of the gateway with their code; `link_lost`
   * `no_answer` of the others: then nobody knows whether it was done, and `status` tells.
   */
  async call(verb: string, input: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const session = await this.#current();
      try {
        return await session.call(verb, input, callMsMax);
      } catch (error) {
        const isOver = error instanceof SetupError && session.isOver;
        if (!isOver || !repeatable.has(verb) || tries >= callTriesMax) throw error;
      }
    }
  }

  /** Each event of a joining, in order. The answer ends it. */
  onJoining(listener: (joining: Joining) => void): () => void {
    this.#joiningListeners.add(listener);
    return () => this.#joiningListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#session?.end();
    await this.#dropLink();
  }

  async #current(): Promise<SetupSession> {
    if (this.#isClosed) throw ownFault('link_lost');
    if (this.#session?.isOver === false) return this.#session;
    this.#opening ??= this.#openOrResume().finally(() => {
      this.#opening = undefined;
    });
    return await this.#opening;
  }

  async #openOrResume(): Promise<SetupSession> {
    // The first time, a person decides whether it is tried again.
    if (this.#session === undefined) return await this.#openSession();
    const { clock } = this.#parts;
    const untilMs = clock.nowMs() + resumeMsMax;
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#openSession();
      } catch (error) {
        const isWorthIt = error instanceof SetupError && sessionFaults.has(error.code);
        const waitMs = error instanceof SetupError ? error.waitSeconds * 1_000 : 0;
        const delayMs = Math.max(waitMs, resumeDelaysMs[tries] ?? resumeDelaysMs.at(-1) ?? 0);
        if (!isWorthIt || this.#isClosed || clock.nowMs() + delayMs > untilMs) throw error;
        this.#parts.onState?.('connecting');
        await new Promise<void>((resolve) => clock.after(delayMs, resolve));
      }
    }
  }

  async #openSession(): Promise<SetupSession> {
    const { clock, onState = () => undefined } = this.#parts;
    try {
      onState('connecting');
      const link = await this.#linked();
      onState('proving');
      const session = await SetupSession.open({
        link,
        label: this.#label,
        clock,
        onJoining: (joining) => this.#tellJoining(joining),
        onEnd: (why) => this.#ended(why),
      });
      // From now on it must be this gateway.
      this.#label = { ...this.#label, fingerprint: session.fingerprint ?? this.#label.fingerprint };
      this.#session = session;
      onState('ready');
      return session;
    } catch (error) {
      onState('lost');
      if (!(error instanceof SetupError) || needsNewLink(error)) await this.#dropLink();
      throw error instanceof SetupError ? error : ownFault('link_lost');
    }
  }

  /** A link to the gateway of the label, with a door that is not shut. */
  async #linked(): Promise<SetupLink> {
    if (this.#link !== undefined) return this.#link;
    const link = await this.#parts.connect();
    this.#link = link;
    const facts = decodeFacts(await link.readFacts());
    const { fingerprint } = this.#label;
    if (fingerprint !== undefined && facts.gatewayId !== gatewayIdOf(fingerprint))
      throw ownFault('another_gateway');
    this.#facts = facts;
    if (facts.door === 'closed' || facts.door === 'barred')
      throw refused({ reason: facts.door, waitSeconds: 0 });
    return link;
  }

  #ended(why: SetupError): void {
    this.#parts.onState?.('lost');
    if (needsNewLink(why)) void this.#dropLink();
  }

  async #dropLink(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    await link?.close().catch(() => undefined);
  }

  #tellJoining(joining: Joining): void {
    for (const listener of this.#joiningListeners) listener(joining);
  }
}

/** The gateway goes on with the link that it has refused something on. */
function needsNewLink({ code }: SetupError): boolean {
  return !['code_wrong', 'wait', 'idle', 'malformed', 'unavailable'].includes(code);
}
