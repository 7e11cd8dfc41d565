import { randomBytes } from 'node:crypto';
import { Allowance } from '../../core/allowance.ts';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import { limits } from '../../core/limits.ts';
import type { NearbyWay, Principal } from '../command.ts';
import type { NearbyDescription, NearbyDesk, NearbyDoor, NearbySession, VerbAsk } from '../nearby.ts';
import type { SecurityNotes } from '../security-events.ts';
import { answerHello, type AnsweredHello } from './handshake.ts';
import type { Joining, JoiningDesk } from './joining-desk.ts';
import { refusal } from './refusal.ts';
import type { SetupCode } from './setup-code.ts';
import type { SetupDoor } from './setup-door.ts';

export interface SetupDeskParts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly identity: Identity;
  readonly code: SetupCode;
  readonly door: SetupDoor;
  readonly joining: Pick<JoiningDesk, 'onChange'>;
  readonly security: SecurityNotes;
  describe(): NearbyDescription;
}

interface Handshake {
  readonly id: string;
  readonly startedMs: number;
  /** Undefined while the key signs. */
  answered: AnsweredHello | undefined;
}

interface Session {
  readonly id: string;
  usedMs: number;
}

/**
 * Sets the gateway up with whoever is nearby: one handshake, one session at a time.
 *
 *     nothing --hello--> handshake --right proof--> session --60 s without a verb, `end`, another radio--> nothing
 *                        handshake --wrong proof, another hello, 30 s--> nothing
 */
export class SetupDesk implements NearbyDesk {
  readonly #parts: SetupDeskParts;
  readonly #hellos: Allowance;
  readonly #verbs: Allowance;
  readonly #changed = new Set<() => void>();
  #handshake: Handshake | undefined;
  #session: Session | undefined;
  /** How the network was asked for that is being joined, or was last. */
  #joinsBy: NearbyWay | undefined;
  #followsUntilMs = Number.NEGATIVE_INFINITY;
  #cancelIdle: Cancel | undefined;
  #hasRadio = false;

  constructor(parts: SetupDeskParts) {
    this.#parts = parts;
    const { clock } = parts;
    const hellos = limits.nearbyHellosPerSecond;
    const verbs = limits.nearbyVerbsPerSecond;
    this.#hellos = new Allowance(clock, { atOnceMax: hellos, perSecond: hellos });
    this.#verbs = new Allowance(clock, { atOnceMax: verbs, perSecond: verbs });
  }

  get hasRadio(): boolean {
    return this.#hasRadio;
  }

  get hasSession(): boolean {
    return this.#liveSession() !== undefined;
  }

  describe(): NearbyDescription {
    return this.#parts.describe();
  }

  door(): NearbyDoor {
    return this.#parts.door.door();
  }

  async hello(frame: Uint8Array): Promise<{ readonly handshake: string; readonly frame: Uint8Array }> {
    const { clock, door, identity } = this.#parts;
    door.admitCode();
    if (this.hasSession) throw refusal('busy');
    if (!this.#hellos.take()) throw refusal('wait', 1);
    const handshake: Handshake = { id: newName(), startedMs: clock.monotonic(), answered: undefined };
    this.#handshake = handshake;
    const answered = await answerHello(frame, identity);
    // Another phone may have come while the key signed.
    if (this.#handshake !== handshake) throw refusal('busy');
    handshake.answered = answered;
    return { handshake: handshake.id, frame: answered.frame };
  }

  proof(handshake: string, frame: Uint8Array): NearbySession {
    const { clock, code, door, security } = this.#parts;
    const pending = this.#handshake;
    if (pending?.id !== handshake || pending.answered === undefined) throw refusal('idle');
    this.#handshake = undefined;
    if (clock.monotonic() - pending.startedMs > limits.nearbyHandshakeMs) throw refusal('idle');
    door.admitCode();
    if (this.hasSession) throw refusal('busy');
    // Counted before it is looked at: whoever pulls the plug in between has had his try.
    door.send('tried');
    const proved = pending.answered.prove(frame, code.plain);
    if (proved === undefined) {
      const { triesLeft } = door.door();
      security.note({
        kind: 'setup.code_wrong',
        origin: 'nearby',
        detail: `${triesLeft} more until it is barred`,
      });
      throw refusal('code_wrong', door.waitSeconds);
    }
    door.send('proved');
    const session = { id: newName(), usedMs: clock.monotonic() };
    this.#session = session;
    this.#watchIdle();
    this.#tellChange();
    return { session: session.id, ...proved };
  }

  admit({ verb, way, session }: VerbAsk): Principal {
    if (way === 'session') {
      const live = this.#liveSession();
      if (live === undefined || live.id !== session) throw refusal('idle');
      live.usedMs = this.#parts.clock.monotonic();
    } else if (!this.#isFollowing(verb, way)) {
      this.#parts.door.admitWay(way);
    }
    if (!this.#verbs.take()) throw tooOften();
    if (verb === 'set-wifi') this.#joinsBy = way;
    return { kind: 'nearby', id: `nearby:${way}`, scopes: new Set(['provision'] as const) };
  }

  end({ session, handshake }: { readonly session?: string; readonly handshake?: string }): void {
    if (handshake !== undefined && this.#handshake?.id === handshake) this.#handshake = undefined;
    if (session !== undefined && this.#session?.id === session) this.endSession();
  }

  /** Whoever is in a session must prove himself again. */
  endSession(): void {
    this.#cancelIdle?.();
    if (this.#session === undefined) return;
    this.#session = undefined;
    this.#tellChange();
  }

  radioChanged(isConnected: boolean): void {
    this.#hasRadio = isConnected;
    this.#handshake = undefined;
    this.endSession();
  }

  onDoor(listener: (door: NearbyDoor) => void): Cancel {
    return this.#parts.door.onDoor(listener);
  }

  onJoining(listener: (joining: Readonly<Record<string, unknown>>) => void): Cancel {
    return this.#parts.joining.onChange((joining) => listener({ ...joining }));
  }

  /** Called when a session has begun or ended. */
  onSession(listener: () => void): Cancel {
    const own = (): void => listener();
    this.#changed.add(own);
    return () => this.#changed.delete(own);
  }

  /** A person with an app of Improv has another minute for the right password, and is told where the page is. */
  joined({ stage }: Joining): void {
    const { clock, door } = this.#parts;
    if (this.#joinsBy !== 'improv') return;
    if (stage === 'failed') door.send('improv-continues');
    if (stage === 'joined') this.#followsUntilMs = clock.monotonic() + limits.nearbyFollowMs;
  }

  close(): void {
    this.#changed.clear();
    this.endSession();
  }

  /** The joining may have outlasted the time in which it was asked for. */
  #isFollowing(verb: string, way: NearbyWay): boolean {
    return way === 'improv' && verb === 'status' && this.#parts.clock.monotonic() < this.#followsUntilMs;
  }

  #liveSession(): Session | undefined {
    const session = this.#session;
    const isLive =
      session !== undefined && this.#parts.clock.monotonic() - session.usedMs < limits.nearbySessionIdleMs;
    return isLive ? session : undefined;
  }

  /** So that others hear of the end as it comes. */
  #watchIdle(): void {
    const { clock, alarm } = this.#parts;
    this.#cancelIdle?.();
    const session = this.#session;
    if (session === undefined) return;
    const endsMs = session.usedMs + limits.nearbySessionIdleMs;
    this.#cancelIdle = alarm.at(monotonicMs(Math.max(endsMs, clock.monotonic())), () => {
      if (this.#liveSession() === undefined) this.endSession();
      else this.#watchIdle();
    });
  }

  #tellChange(): void {
    for (const listener of [...this.#changed]) listener();
  }
}

function newName(): string {
  return randomBytes(16).toString('hex');
}

function tooOften(): GatewayError {
  return new GatewayError('rate_limited', `more than ${limits.nearbyVerbsPerSecond} asks a second`, {
    hint: 'ask again in a second',
    facts: { retryAfterSeconds: 1 },
  });
}
