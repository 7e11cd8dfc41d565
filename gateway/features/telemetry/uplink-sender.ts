import type { Clock } from '../../core/clock.ts';
import type { JsonValue } from '../../core/canonical-json.ts';
import type { Identity } from '../../core/identity.ts';
import type { Logger } from '../../core/logger.ts';
import { Lane } from '../../engine/lane.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { TimeLimiter } from '../../engine/time-limit.ts';
import type { UplinkMessage, UplinkPorts } from '../../io/uplinks/uplink.ts';
import type { StorePort } from '../store-port.ts';
import { AckDesk, type AckDeskPorts } from './ack-desk.ts';
import { parseBackendMessage, type BackendMessage } from './backend-message.ts';
import { BatchSender, type SentSoFar } from './batch-sender.ts';
import { ChainDeliveries } from './chain-deliveries.ts';
import { isOfMessage, OpenUplink, type UplinkFailure } from './open-uplink.ts';
import type { StateMessages } from './state-messages.ts';
import type { SealedPlace } from './telemetry-sealer.ts';
import type { TelemetryUplink } from './telemetry-uplink.ts';

export interface SenderPorts extends Pick<AckDeskPorts, 'security' | 'readAck'> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'getUplinkMark' | 'putUplinkMark' | 'telemetryBatches' | 'telemetryStatus'>;
  readonly identity: Identity;
  readonly uplink: Omit<UplinkPorts, 'receive' | 'id'>;
  readonly limiter: TimeLimiter;
  readonly version: string;
  /** The key of an issuer that may acknowledge now. */
  readonly issuerKey: AckDeskPorts['keyOf'];
  /** Whether anybody may ever acknowledge, by the cloud's root key. */
  readonly hasIssuers: () => boolean;
  readonly sealed: () => SealedPlace | undefined;
  readonly states: StateMessages;
  /** Takes what is no acknowledgement. Never throws. */
  readonly receive: (message: Uint8Array, uplink: string) => void;
  /** Has the task run soon. */
  readonly wake: (task: string) => void;
  /** Called when it is up, or no more. */
  readonly turned: () => void;
}

/** How an uplink is, for people. */
export interface SenderProgress {
  readonly isUp: boolean;
  readonly failure: UplinkFailure | undefined;
  readonly hasKey: boolean;
  readonly deliveries: ChainDeliveries;
  readonly sent: SentSoFar;
  readonly acksIgnored: number;
  /** UTC epoch ms. */
  readonly acknowledgedMs: number | undefined;
}

const periodMs = 2_000;
/** A run ends after so long though there is more: the next one goes on. */
const runMsMax = 20_000;
/** A backend that is told hello says what it has; so long it is waited for. */
const helloMsMax = 1_500;
/** Where it stands is written so often at most: what was acknowledged since may come again after a crash. */
const saveMs = 60_000;
/** Silence after which a backend is asked what it has. */
const askMsMin = 60_000;
const askMsMax = 900_000;
const waitingMax = 64;

/**
 * Sends one backend what is sealed: the new first, and then what it has missed, oldest first and at its pace. What
 * counts is what it says that it has, signed; at each beginning it is asked.
 */
export class UplinkSender {
  readonly uplink: TelemetryUplink;
  readonly deliveries: ChainDeliveries;
  readonly #ports: SenderPorts;
  readonly #connection: OpenUplink;
  readonly #desk: AckDesk;
  readonly #batches: BatchSender;
  readonly #results: UplinkMessage[] = [];
  readonly #acks: BackendMessage[] = [];
  #isUp = false;
  /** Since the last hello something was acknowledged. */
  #isAnswered = false;
  /** When something was said last, when hello, and when something was acknowledged. */
  #saidMs = -Infinity;
  #helloMs = -Infinity;
  #heardMs = -Infinity;
  #askMs = askMsMin;
  #savedMs = -Infinity;
  #stateNumber = 0;
  #acknowledgedMs: number | undefined;

  constructor(uplink: TelemetryUplink, ports: SenderPorts) {
    const { id } = uplink;
    const receive = (message: Uint8Array): void => this.#receive(message);
    this.uplink = uplink;
    this.#ports = ports;
    this.deliveries = new ChainDeliveries(id, ports.store);
    this.#connection = new OpenUplink(uplink, { ...ports.uplink, id, receive }, ports.limiter);
    const { clock, logger, store, security, readAck, identity, issuerKey } = ports;
    this.#batches = new BatchSender(uplink, {
      ...{ clock, logger, identity },
      hasKey: () => this.#hasKey,
      say: async (message, signal) => await this.#say(message, signal),
    });
    this.#desk = new AckDesk({
      uplink: id,
      gateway: identity.gatewayId,
      ...{ clock, store, security, readAck },
      keyOf: (issuer) => uplink.ackKey ?? issuerKey(issuer),
    });
  }

  get taskName(): string {
    return `uplink:${this.uplink.id}`;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  task(): TaskDefinition {
    return {
      name: this.taskName,
      group: 'uplink',
      priority: 'publish',
      lane: new Lane(`uplink:${this.uplink.id}`),
      periodMs,
      offsetMs: 600,
      deadlineMs: runMsMax + 2 * this.uplink.definition.timeoutMs,
      backoff: { firstMs: 10_000, maxMs: 900_000 },
      run: async ({ signal }) => {
        try {
          await this.#run(signal);
        } catch (error) {
          this.#turn(false);
          throw error;
        }
      },
    };
  }

  progress(): SenderProgress {
    return {
      isUp: this.#isUp,
      failure: this.#connection.failure,
      hasKey: this.#hasKey,
      sent: this.#batches.sent,
      deliveries: this.deliveries,
      acksIgnored: this.#desk.ignored,
      acknowledgedMs: this.#acknowledgedMs,
    };
  }

  /** Says it when there is a way. */
  send(message: UplinkMessage): void {
    if (this.#results.length >= waitingMax) this.#results.shift();
    this.#results.push(message);
    this.wake();
  }

  /** Has it look soon; while it is down it comes by itself, at its own pace. */
  wake(): void {
    if (this.#isUp) this.#ports.wake(this.taskName);
  }

  /** The next run tries it, whatever the backend has said. */
  forgive(): void {
    this.#connection.forgive();
    for (const { book } of this.deliveries.all) book.clearAside();
    this.#batches.forgive();
  }

  /** Ends the connection and writes where it stands; to be called when the task runs no more. Errors: of the store. */
  async stop(): Promise<void> {
    await this.#connection.close();
    await this.deliveries.save();
  }

  get #hasKey(): boolean {
    return this.uplink.ackKey !== undefined || this.#ports.hasIssuers();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, sealed } = this.#ports;
    const startedMs = clock.monotonic();
    const place = sealed();
    if (place !== undefined) await this.deliveries.extend(place);
    if (!this.#connection.isOpen || !this.#isUp) await this.#begin(place, signal);
    await this.#heed();
    if (this.#isWaiting(startedMs)) return;
    while (!signal.aborted && clock.monotonic() < startedMs + runMsMax)
      if (!(await this.#sendNext(signal))) break;
    await this.#sendState(signal);
    await this.#sayHello(signal);
    await this.#save();
  }

  /** What is new from here on is live; the last batch is, too, so that it is seen at once that we are back. */
  async #begin(place: SealedPlace | undefined, signal: AbortSignal): Promise<void> {
    await this.#connection.open(signal);
    this.#isAnswered = false;
    for (const { book } of this.deliveries.all) book.forgetUnderway();
    if (place !== undefined) this.deliveries.present?.book.beginLive(place.from);
    await this.#hello(signal);
    this.#stateNumber = 0;
    this.#turn(true);
  }

  async #hello(signal: AbortSignal): Promise<void> {
    const { identity, version, clock, sealed } = this.#ports;
    const { gatewayId, algorithm, publicKey, serial } = identity;
    const place = sealed();
    const telemetry: JsonValue =
      place === undefined || place.sequence === 0
        ? null
        : { epoch: place.epoch, sequence: place.sequence, head: place.head };
    const hello = await identity.signMessage('gw-hello-1', {
      v: 1,
      kind: 'hello',
      gateway: gatewayId,
      algorithm,
      publicKey: Buffer.from(publicKey).toString('base64url'),
      serial,
      version,
      atMs: clock.wall(),
      telemetry,
    });
    this.#helloMs = clock.monotonic();
    await this.#say({ kind: 'hello', body: Buffer.from(JSON.stringify(hello)) }, signal);
  }

  #isWaiting(nowMs: number): boolean {
    return this.#hasKey && !this.#isAnswered && nowMs < this.#helloMs + helloMsMax;
  }

  /** Answers whether to go on at once. */
  async #sendNext(signal: AbortSignal): Promise<boolean> {
    if (await this.#sendResult(signal)) return true;
    await this.#heed();
    return await this.#batches.sendNext(this.deliveries, signal);
  }

  /** Answers whether there was one. */
  async #sendResult(signal: AbortSignal): Promise<boolean> {
    const [result] = this.#results;
    if (result === undefined) return false;
    await this.#sayIfWanted(result, signal);
    this.#results.shift();
    return true;
  }

  async #sendState(signal: AbortSignal): Promise<void> {
    const state = this.#ports.states.newest;
    if (state === undefined || state.number === this.#stateNumber) return;
    await this.#sayIfWanted({ kind: 'state', body: state.body }, signal);
    this.#stateNumber = state.number;
  }

  /**
   * A backend that cannot speak first is asked whether it has something to say; and one that is silent about what it
   * was sent, ever more seldom, what it has.
   */
  async #sayHello(signal: AbortSignal): Promise<void> {
    const { helloMs } = this.uplink.definition;
    const nowMs = this.#ports.clock.monotonic();
    const isQuiet = helloMs !== undefined && nowMs >= this.#saidMs + helloMs;
    const isUnsure = this.#hasKey && this.deliveries.all.some(({ book }) => book.underway.length > 0);
    const isDue = isUnsure && nowMs >= Math.max(this.#helloMs, this.#heardMs) + this.#askMs;
    if (!isQuiet && !isDue) return;
    if (isDue) this.#askMs = Math.min(2 * this.#askMs, askMsMax);
    await this.#hello(signal);
  }

  /** What the backend refuses is not said again. */
  async #sayIfWanted(message: UplinkMessage, signal: AbortSignal): Promise<void> {
    try {
      await this.#say(message, signal);
    } catch (error) {
      if (!isOfMessage(error)) throw error;
      const { id } = this.uplink;
      const { logger } = this.#ports;
      logger.warn({ uplink: id, error }, `uplink ${id} refuses a message of the kind ${message.kind}`);
    }
  }

  async #say(message: UplinkMessage, signal: AbortSignal): Promise<void> {
    await this.#connection.send(message, signal);
    this.#saidMs = this.#ports.clock.monotonic();
  }

  #receive(bytes: Uint8Array): void {
    const message = parseBackendMessage(bytes);
    if (message?.v !== 1 || message.kind !== 'ack') {
      this.#ports.receive(bytes, this.uplink.id);
      return;
    }
    if (this.#acks.length >= waitingMax) this.#acks.shift();
    this.#acks.push(message);
    this.wake();
  }

  /** What the backend says to have. */
  async #heed(): Promise<void> {
    for (let ack = this.#acks.shift(); ack !== undefined; ack = this.#acks.shift()) {
      const mark = await this.#desk.judge(ack, (epoch) => this.deliveries.of(epoch));
      const book = mark === undefined ? undefined : this.deliveries.of(mark.epoch)?.book;
      if (mark === undefined || book === undefined) continue;
      const { sequence } = book.mark;
      if (mark.sequence < sequence)
        this.#ports.logger.warn(
          { uplink: this.uplink.id, from: sequence, to: mark.sequence },
          `uplink ${this.uplink.id} has forgotten what it had: it is sent again`,
        );
      book.acknowledge(mark, this.#ports.clock.monotonic());
      this.#isAnswered = true;
      this.#heardMs = this.#ports.clock.monotonic();
      this.#askMs = askMsMin;
      this.#acknowledgedMs = this.#ports.clock.wall();
    }
  }

  async #save(): Promise<void> {
    const nowMs = this.#ports.clock.monotonic();
    if (this.deliveries.isSaved || nowMs < this.#savedMs + saveMs) return;
    await this.deliveries.save();
    this.#savedMs = nowMs;
  }

  #turn(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.#ports.turned();
  }
}
