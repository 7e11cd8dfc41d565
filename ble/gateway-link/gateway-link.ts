import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { AskGateway, Door, GatewayDescription, Joining, VerbRequest } from './ask-gateway.ts';
import { readDescription, readDoor, readHello, readJoining, readProof } from './gateway-answers.ts';
import type { HelloAnswer, ProofAnswer } from './gateway-answers.ts';
import { GatewayConnection, unavailable } from './gateway-connection.ts';

export interface GatewayLinkParts {
  /** Of the gateway's UNIX socket. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the service of our own protocol asks for besides. Errors of each: GatewayProblem. */
export interface AskHandshake extends AskGateway {
  hello(frame: Uint8Array): Promise<HelloAnswer>;
  proof(handshake: string, frame: Uint8Array): Promise<ProofAnswer>;
  /** The gateway may forget them. Nobody waits for it, and nothing is said when it fails. */
  end(what: { readonly handshake?: string; readonly session?: string }): void;
}

const verbMsMax = 20_000;
const answerMsMax = 10_000;
const retryMsMin = 500;
const retryMsMax = 5_000;
/** A connection that ended sooner is a failed attempt, so that two radios of one gateway do not race. */
const steadyMs = 10_000;

/** The gateway behind its socket. It connects again whenever the connection is lost; until then all is `unavailable`. */
export class GatewayLink implements AskHandshake {
  readonly #parts: GatewayLinkParts;
  readonly #doorListeners = new Set<() => void>();
  readonly #joiningListeners = new Set<(joining: Joining) => void>();
  #connection: GatewayConnection | undefined;
  #description: GatewayDescription | undefined;
  #door: Door | undefined;
  #retryMs = retryMsMin;
  #openedAtMs: number | undefined;
  /** What was said last, so that a gateway that stays away is told once. */
  #said = '';
  #stopAlarm: () => void = () => undefined;
  #isClosed = false;

  constructor(parts: GatewayLinkParts) {
    this.#parts = parts;
  }

  get description(): GatewayDescription | undefined {
    return this.#description;
  }

  get door(): Door | undefined {
    return this.#door;
  }

  start(): void {
    if (this.#isClosed) return;
    const connection: GatewayConnection = new GatewayConnection(this.#parts.path, this.#parts.clock, {
      opened: () => void this.#describe(connection),
      event: (event) => this.#take(event),
      closed: (why) => this.#lost(why),
    });
    this.#connection = connection;
  }

  async hello(frame: Uint8Array): Promise<HelloAnswer> {
    return readHello(await this.#ask({ ask: 'hello', frame: base64(frame) }));
  }

  async proof(handshake: string, frame: Uint8Array): Promise<ProofAnswer> {
    return readProof(await this.#ask({ ask: 'proof', handshake, frame: base64(frame) }));
  }

  async verb(request: VerbRequest): Promise<Readonly<Record<string, unknown>>> {
    return await this.#ask({ ask: 'verb', ...request }, verbMsMax);
  }

  end(what: { readonly handshake?: string; readonly session?: string }): void {
    this.#ask({ ask: 'end', ...what }).catch(() => undefined);
  }

  onDoor(listener: () => void): () => void {
    this.#doorListeners.add(listener);
    return () => this.#doorListeners.delete(listener);
  }

  onJoining(listener: (joining: Joining) => void): () => void {
    this.#joiningListeners.add(listener);
    return () => this.#joiningListeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopAlarm();
    this.#connection?.close('the Bluetooth service ends');
  }

  async #ask(
    ask: Readonly<Record<string, unknown>>,
    waitMsMax = answerMsMax,
  ): Promise<Readonly<Record<string, unknown>>> {
    // Before `describe` has been answered, nobody knows whose gateway this is.
    if (this.#connection === undefined || this.#door === undefined) throw unavailable();
    return await this.#connection.ask(ask, waitMsMax);
  }

  async #describe(connection: GatewayConnection): Promise<void> {
    const { clock } = this.#parts;
    this.#openedAtMs = clock.nowMs();
    try {
      const answer = await connection.ask({ ask: 'describe' }, answerMsMax);
      this.#description = readDescription(answer);
      this.#door = readDoor(answer['door'], clock.nowMs());
      this.#say('info', `connected to gateway ${this.#description.gatewayId}`);
      this.#tellDoor();
    } catch (error) {
      connection.close(error instanceof Error ? error.message : String(error));
    }
  }

  #take(event: Readonly<Record<string, unknown>>): void {
    try {
      if (event['event'] === 'joining') {
        const joining = readJoining(event['joining']);
        for (const listener of [...this.#joiningListeners]) listener(joining);
      }
      if (event['event'] === 'door' && this.#description !== undefined) {
        this.#door = readDoor(event['door'], this.#parts.clock.nowMs());
        this.#tellDoor();
      }
    } catch (error) {
      this.#connection?.close(error instanceof Error ? error.message : String(error));
    }
  }

  #lost(why: string): void {
    const { clock, path } = this.#parts;
    const lastedMs = this.#openedAtMs === undefined ? 0 : clock.nowMs() - this.#openedAtMs;
    this.#openedAtMs = undefined;
    this.#connection = undefined;
    this.#door = undefined;
    if (this.#isClosed) return;
    this.#say('warn', `the gateway does not answer at ${path} (${why}): ${hintOf(why)}`);
    this.#retryMs = lastedMs >= steadyMs ? retryMsMin : Math.min(this.#retryMs * 2, retryMsMax);
    this.#stopAlarm = clock.after(this.#retryMs, () => this.start());
    this.#tellDoor();
  }

  #tellDoor(): void {
    for (const listener of [...this.#doorListeners]) listener();
  }

  #say(level: 'info' | 'warn', message: string): void {
    if (this.#said === message) return;
    this.#said = message;
    this.#parts.log.say(level, message);
  }
}

/** `why`: of the system's own, its code. */
function hintOf(why: string): string {
  if (why === 'EINVAL' || why === 'ENAMETOOLONG')
    return 'the path is longer than that of a socket may be; say a shorter one here (EGW_PROVISION_SOCKET) and there (provisioning.socket)';
  if (why === 'EACCES' || why === 'EPERM')
    return 'its socket is for its own user alone; run both as the same';
  return 'its Bluetooth service waits for it';
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
