import type { Clock } from '../../../core/clock.ts';
import { describeError, GatewayError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { parseStrictJson } from '../../../core/strict-json.ts';
import type { Principal } from '../../command.ts';
import type { RatesPort } from '../cloud-control.ts';
import type { CommandsPort } from '../command-runner.ts';
import type { CheckOf } from '../parse-cloud-message.ts';
import type { Refusal } from '../refusal-log.ts';
import { ancestorMessage, type AncestorMessage, type AncestorReply } from './ancestor-messages.ts';
import type { TrustedKey } from './trusted-key.ts';
import { utcInstantMs } from './utc-instant.ts';

export interface TopicDeskPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isClockTrusted: () => boolean;
  /** Whether the owner lets the cloud give commands. */
  readonly isOn: () => boolean;
  readonly key: TrustedKey;
  readonly checkOf: CheckOf;
  readonly rates: RatesPort;
  readonly refusals: { note(refusal: Refusal): Promise<void> };
  /** Asked when they are there. */
  readonly commands: () => CommandsPort;
  /** Says it to the backend, now or when there is a way. Never throws. */
  readonly say: (reply: AncestorReply) => void;
}

/** No issuer is called so: they are letters, digits, dots and dashes. */
export const topicPrincipal: Principal = {
  kind: 'cloud',
  id: 'cloud:@srcful',
  scopes: new Set(['control']),
};

const origin = 'topics of cloud.srcful';
const bytesMax = 65_536;
const waitingMax = 64;
/** `created_at` may be that far from the clock. */
const awayMsMax = 60_000;
/** Signatures that are used up. */
const usedMax = 1_024;

/**
 * Control messages that come over the earlier gateway's topics, under its backend's own signature: over who signed
 * and when, and not over what is ordered. So each signature counts for one message only, for a minute, for a set
 * point; whoever can hold back the true message can put another in its place.
 */
export class TopicDesk {
  readonly #ports: TopicDeskPorts;
  /** By what was signed, when it was used. */
  readonly #used = new Map<string, number>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(ports: TopicDeskPorts) {
    this.#ports = ports;
  }

  /** Takes what came over `control/<serial>/commands/<sn>`. Never throws. */
  receive(topic: string, bytes: Uint8Array): void {
    if (this.#waiting >= waitingMax) {
      void this.#refuse(new GatewayError('queue_full', 'too many messages at one time'));
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last
      .then(async () => await this.#take(topic, bytes))
      .catch((error: unknown) => {
        this.#ports.logger.error({ topic, reason: describeError(error) }, 'cloud: a message was not taken');
      })
      .finally(() => (this.#waiting -= 1));
  }

  /** When everything that was received has had its end. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #take(topic: string, bytes: Uint8Array): Promise<void> {
    let message: AncestorMessage | undefined;
    try {
      message = this.#parse(topic, bytes);
      this.#admit(message);
    } catch (error) {
      await this.#refuse(error, message);
      return;
    }
    try {
      this.#ports.rates.take(topicPrincipal, 'control');
      const call = { principal: topicPrincipal, origin, signal: new AbortController().signal };
      const answer = await this.#ports.commands().dispatch('srcful.message', message, call);
      const { messages } = answer as { readonly messages: readonly AncestorReply[] };
      for (const reply of messages) this.#ports.say(reply);
    } catch (error) {
      await this.#refuse(error, message);
      this.#ports.say(notExecuted(message));
    }
  }

  /** Errors: `request_too_large`, `input_invalid`, `forbidden`. */
  #parse(topic: string, bytes: Uint8Array): AncestorMessage {
    if (bytes.length > bytesMax) {
      throw new GatewayError('request_too_large', `a message of ${bytes.length} bytes is too long`);
    }
    const value = parseStrictJson(bytes);
    const { type, payload } = (value ?? {}) as { readonly type?: unknown; readonly payload?: unknown };
    if (type === 'ems_data_request') {
      throw new GatewayError('forbidden', 'registers are not read for the topics', {
        hint: 'send srcful.data-request in an envelope with the scope modbus:raw',
      });
    }
    if (typeof payload === 'object' && payload !== null && !('sn' in payload)) {
      Object.assign(payload, { sn: topic.split('/').at(-1) ?? '' });
    }
    this.#ports.checkOf(ancestorMessage)(value);
    return value as AncestorMessage;
  }

  /** Errors: `cloud_control_off`, `clock_untrusted`, `signature_invalid`. */
  #admit({ payload: { serialNumber, created_at: createdAt, signature } }: AncestorMessage): void {
    const { clock, isClockTrusted, isOn, key } = this.#ports;
    if (!isOn()) throw new GatewayError('cloud_control_off', 'commands from the cloud are switched off');
    if (!isClockTrusted()) {
      throw new GatewayError('clock_untrusted', 'whether the message is in time cannot be said');
    }
    const text = `${serialNumber ?? ''}:${createdAt ?? ''}`;
    if (!key.verify(text, signature ?? '')) throw unsigned('it is not signed by cloud.srcful.trustedKey');
    const nowMs = clock.wall();
    const createdMs = utcInstantMs(createdAt ?? '');
    if (createdMs === undefined || Math.abs(nowMs - createdMs) > awayMsMax) {
      throw unsigned('its created_at is not within 60 s of the clock, in UTC');
    }
    this.#forgetBefore(nowMs - 2 * awayMsMax);
    if (this.#used.has(text)) throw unsigned('its signature was used for another message already');
    if (this.#used.size >= usedMax) throw new GatewayError('queue_full', 'too many messages at one time');
    this.#used.set(text, nowMs);
  }

  #forgetBefore(atMs: number): void {
    for (const [text, usedMs] of this.#used) if (usedMs < atMs) this.#used.delete(text);
  }

  async #refuse(thrown: unknown, message?: AncestorMessage): Promise<void> {
    if (!(thrown instanceof GatewayError)) throw thrown;
    const subject = `${message?.type ?? 'a message'} over the topics`;
    await this.#ports.refusals.note({ origin: 'uplink:srcful', subject, error: thrown });
  }
}

function notExecuted({ payload: { id, sn } }: AncestorMessage): AncestorReply {
  const reason = 'Task not executed';
  return { type: 'device_control_schedule_nack', payload: { id: id ?? null, sn: sn ?? null, reason } };
}

function unsigned(why: string): GatewayError {
  return new GatewayError('signature_invalid', `the message does not count: ${why}`, {
    hint: 'sign serialNumber:created_at anew for each message',
  });
}
