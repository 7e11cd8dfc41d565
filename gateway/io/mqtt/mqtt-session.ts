import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import type * as MqttLibrary from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { describeError, GatewayError, type ErrorCode } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Network } from '../../core/network.ts';
import { NetworkStream } from '../network-stream.ts';
import { secureStream } from '../secure-stream.ts';
import { serverReach } from '../server-reach.ts';
import { LimitedStream } from './limited-stream.ts';
import { PacketLimit } from './packet-limit.ts';
import { matchesFilter } from './topic-filter.ts';

export interface MqttMessage {
  /** Without `+`, `#` and NUL. */
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain?: boolean;
  /** 1 unless said. */
  readonly quality?: MqttQuality;
}

export interface MqttSessionOptions {
  readonly host: string;
  readonly port: number;
  /** Absent: not encrypted. */
  readonly tls?: ConnectionOptions;
  /** One only at a time: the broker ends the older session of the same name. */
  readonly clientId: string;
  readonly user?: string;
  readonly password?: string;
  /** What the broker says for us when we are gone without a word. */
  readonly will?: MqttMessage;
  /** Silence after which each side asks for the other. */
  readonly keepaliveSeconds: number;
  /** 3.1.1 unless said; a broker that does not know 5 ends the connection, or refuses us. */
  readonly protocol?: MqttProtocol;
  /** Of a broker that does not let us in: whose settings are wrong. */
  readonly refusedCode: ErrorCode & ('sink_refused' | 'source_refused' | 'uplink_refused');
  /** Called for each message that is larger than `limits.mqttMessageBytesMax`, and so is none. */
  readonly onTooLarge?: () => void;
}

/** A message that is retained was said before, perhaps long ago. */
export type MqttListener = (topic: string, payload: Uint8Array, isRetained: boolean) => void;

export type MqttProtocol = '3.1.1' | '5';

/** 0: what is lost on the way is lost; 1: it comes at least once. */
export type MqttQuality = 0 | 1;

/** A session with a broker (MQTT 3.1.1 or 5, clean). It ends with its connection; whoever uses it opens another. */
export interface MqttSession {
  readonly isOpen: boolean;
  /**
   * Returns when the broker has it (QoS 1, PUBACK); of quality 0 when it is on its way. Errors: `connection_closed`; `connection_timeout` when the signal
   * fires: it may have arrived all the same.
   */
  publish(message: MqttMessage, signal: AbortSignal): Promise<void>;
  /**
   * From now on, at quality 1 unless said; what the broker has retained comes first. Errors: those of `publish`; the
   * refused code.
   */
  subscribe(
    filter: string,
    listener: MqttListener,
    signal: AbortSignal,
    quality?: MqttQuality,
  ): Promise<void>;
  /** What this resolves with, unless the session ends before: then `connection_closed`, or why it ended. */
  whileOpen<Result>(work: Promise<Result>): Promise<Result>;
  /** Says this (without waiting for a word) and goodbye, so that the will is not said. Calling it again does nothing. */
  close(farewell?: MqttMessage): Promise<void>;
}

/**
 * Errors: those of the network; `certificate_invalid`; the refused code (user, password, rights); `connection_closed`
 * and `connection_timeout` also where something else than a broker answers.
 */
export async function openMqttSession(
  options: MqttSessionOptions,
  network: Network,
  signal: AbortSignal,
): Promise<MqttSession> {
  const peer = `${options.host}:${options.port}`;
  const library = await loadLibrary();
  const stream = await openStream(options, network, signal);
  const client = new library.MqttClient(() => stream, clientOptions(options));
  const session = new Session(client, stream, peer, options.refusedCode);
  await session.opened(signal);
  return session;
}

async function loadLibrary(): Promise<typeof MqttLibrary> {
  try {
    return await import('mqtt');
  } catch (cause) {
    throw new GatewayError('config_invalid', 'MQTT is not installed with this gateway', {
      hint: 'install the package mqtt, or leave out what needs it',
      cause,
    });
  }
}

async function openStream(
  { host, port, tls, password, onTooLarge }: MqttSessionOptions,
  network: Network,
  signal: AbortSignal,
): Promise<Duplex> {
  const reach = serverReach(tls !== undefined && tls.rejectUnauthorized !== false, password);
  const stream = await NetworkStream.open(network, { host, port, reach }, signal);
  const opened = tls === undefined ? stream : await secureStream(stream, `${host}:${port}`, tls, signal);
  return new LimitedStream(opened, new PacketLimit(limits.mqttMessageBytesMax, () => onTooLarge?.()));
}

function clientOptions(options: MqttSessionOptions): IClientOptions {
  const { clientId, user, password, will, keepaliveSeconds, protocol } = options;
  return {
    clientId,
    clean: true,
    protocolVersion: protocol === '5' ? 5 : 4,
    keepalive: keepaliveSeconds,
    // Connecting again is ours: the scheduler backs off, and the resolver is asked anew.
    reconnectPeriod: 0,
    resubscribe: false,
    timerVariant: 'native',
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(will !== undefined && {
      will: { topic: will.topic, payload: bufferOf(will.payload), qos: 1, retain: will.retain === true },
    }),
  };
}

function bufferOf(payload: string | Uint8Array): Buffer {
  return typeof payload === 'string'
    ? Buffer.from(payload)
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}

/** CONNACK, MQTT 3.1.1 table 3.1: the id, user or password, no right; 5, table 3-1: the same, and banned. */
const refusals: ReadonlySet<number> = new Set([2, 4, 5, 0x85, 0x86, 0x87, 0x8a]);
/** DISCONNECT and PUBACK, MQTT 5, 2.4. */
const packetTooLarge = 0x95;

class Session implements MqttSession {
  readonly #client: MqttClient;
  readonly #peer: string;
  readonly #refusedCode: ErrorCode;
  readonly #ended = Promise.withResolvers<never>();
  readonly #listeners = new Map<string, MqttListener>();
  #isOpen = false;
  #hasEnded = false;

  constructor(client: MqttClient, stream: Duplex, peer: string, refusedCode: ErrorCode) {
    this.#client = client;
    this.#peer = peer;
    this.#refusedCode = refusedCode;
    this.#ended.promise.catch(() => undefined);
    client.on('error', (error) => this.#end(error));
    stream.on('error', (error: Error) => this.#end(error));
    stream.on('close', () => this.#end(undefined));
    client.on('close', () => this.#end(undefined));
    client.on('message', (topic, payload, { retain }) => {
      for (const [filter, listener] of this.#listeners)
        if (matchesFilter(filter, topic)) listener(topic, payload, retain);
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async opened(signal: AbortSignal): Promise<void> {
    await this.#within(signal, (done) => this.#client.once('connect', () => done()));
    this.#isOpen = true;
  }

  async publish({ topic, payload, retain, quality }: MqttMessage, signal: AbortSignal): Promise<void> {
    await this.#within(signal, (done) =>
      this.#client.publish(topic, bufferOf(payload), { qos: quality ?? 1, retain: retain === true }, done),
    );
  }

  async subscribe(
    filter: string,
    listener: MqttListener,
    signal: AbortSignal,
    quality: MqttQuality = 1,
  ): Promise<void> {
    this.#listeners.set(filter, listener);
    await this.#within(signal, (done) => this.#client.subscribe(filter, { qos: quality }, done));
  }

  async whileOpen<Result>(work: Promise<Result>): Promise<Result> {
    return await Promise.race([work, this.#ended.promise]);
  }

  async close(farewell?: MqttMessage): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#hasEnded = true;
    this.#ended.reject(this.#closed());
    if (farewell !== undefined)
      this.#client.publish(farewell.topic, bufferOf(farewell.payload), {
        qos: 0,
        retain: farewell.retain === true,
      });
    await this.#client.endAsync();
  }

  /** Until it is done, the session has ended or the signal fires; in the last case the session is of no use. */
  async #within(signal: AbortSignal, start: (done: (error?: Error | null) => void) => void): Promise<void> {
    if (this.#hasEnded) await this.#ended.promise;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const giveUp = (): void => {
      const error = new GatewayError(
        'connection_timeout',
        `the MQTT broker ${this.#peer} did not answer in time`,
        {
          hint: 'check that it is a broker, and that it is not overloaded',
        },
      );
      reject(error);
      this.#end(error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      if (signal.aborted) giveUp();
      else
        start((error) => {
          if (error instanceof Error) reject(this.#describe(error));
          else resolve(undefined);
        });
      await Promise.race([promise, this.#ended.promise]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #end(error: Error | undefined): void {
    this.#isOpen = false;
    this.#hasEnded = true;
    this.#ended.reject(error === undefined ? this.#closed() : this.#describe(error));
    this.#client.end(true);
    this.#client.stream.destroy();
  }

  #describe(error: Error): Error {
    if (error instanceof GatewayError) return error;
    const code = 'code' in error ? Number(error.code) : Number.NaN;
    const isUnsubscribed = 'packet' in error && error.packet !== undefined;
    if (code === packetTooLarge)
      return new GatewayError(
        'request_too_large',
        `a message is too large for the MQTT broker ${this.#peer}`,
        {
          hint: 'raise the largest message of the broker',
          cause: error,
        },
      );
    // And SUBACK's failures.
    if (refusals.has(code) || isUnsubscribed)
      return new GatewayError(
        this.#refusedCode,
        `the MQTT broker ${this.#peer} refused us: ${error.message}`,
        {
          hint: 'check user and password, and what the broker lets them do',
          cause: error,
        },
      );
    return this.#closed(error);
  }

  #closed(cause?: Error): GatewayError {
    const why = cause === undefined ? '' : `: ${describeError(cause)}`;
    return new GatewayError(
      'connection_closed',
      `the session with the MQTT broker ${this.#peer} ended${why}`,
      {
        hint: 'it is opened again; if it lasts, look for another client with the same id',
        cause,
      },
    );
  }
}
