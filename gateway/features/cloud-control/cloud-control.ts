import type { Alarm, Clock } from '../../core/clock.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import type { Logger } from '../../core/logger.ts';
import type { UplinkMessage } from '../../io/uplinks/uplink.ts';
import type { Principal } from '../command.ts';
import type { StorePort } from '../store-port.ts';
import { refusalOf } from './admit-command.ts';
import type { CloudCommandMessage, Delegation, Revocation } from './cloud-messages.ts';
import type { CloudSwitch } from './cloud-switch.ts';
import type { CommandAddress, CommandJournal } from './command-journal.ts';
import { resultOfError, type CommandResult } from './command-result.ts';
import type { CommandRunner } from './command-runner.ts';
import type { Issuer, IssuerRegister } from './issuer-register.ts';
import { isSignedBy } from './message-signature.ts';
import { parseCloudMessage, type CheckOf, type CloudMessage } from './parse-cloud-message.ts';
import type { RefusalLog } from './refusal-log.ts';

/** How often a principal may ask, by how much that weighs. Errors: `rate_limited`. */
export interface RatesPort {
  take(principal: Principal, rateClass: 'read' | 'control' | 'admin'): void;
}

export interface CloudControlPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  /** Whether the time of day is believed. */
  readonly isClockTrusted: () => boolean;
  readonly identity: Pick<Identity, 'gatewayId' | 'serial' | 'sign' | 'signMessage'>;
  readonly checkOf: CheckOf;
  readonly audit: StorePort<'addAuditLine'>;
  readonly rates: RatesPort;
  /** Says it to every backend that listens, now or when there is a way; never throws. */
  readonly send: (message: UplinkMessage) => void;
}

export interface CloudControlMembers {
  readonly issuers: IssuerRegister;
  readonly switch: CloudSwitch;
  readonly journal: CommandJournal;
  readonly runner: CommandRunner;
  readonly refusals: RefusalLog;
}

/** Messages that may wait to be looked at; commands that may run at one time. */
const waitingMax = 64;
const runningMax = 16;

/**
 * Control from the cloud (docs/cloud-protocol.md, "Commands").
 *
 *     bytes -> parsed -> issuer known, signature holds, for us -> known: first result again
 *                                                              -> begun, on disk -> refused, or run -> ended -> result
 *
 * Messages are looked at one after the other, and commands begin to run in that order. Nothing is said to whoever
 * cannot sign: a result for a command that somebody has tampered with would be believed of the command itself. What
 * is refused after that is in the journal too, so that it is not run later.
 */
export class CloudControl {
  readonly #ports: CloudControlPorts;
  readonly #members: CloudControlMembers;
  readonly #running = new Map<string, Promise<void>>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #ignored = 0;

  constructor(ports: CloudControlPorts, members: CloudControlMembers) {
    this.#ports = ports;
    this.#members = members;
  }

  /** Messages of versions and kinds that are not known. */
  get ignored(): number {
    return this.#ignored;
  }

  /** To be called once, before messages are received. Errors: those of the store. */
  async start(): Promise<void> {
    const { switch: ownerSwitch, issuers, journal } = this.#members;
    await ownerSwitch.load();
    await issuers.load();
    for (const { result, ...address } of await journal.settle()) await this.#say(address, result);
  }

  /** Takes a message that came over an uplink. Never throws. */
  receive(bytes: Uint8Array, uplink: string): void {
    if (this.#waiting >= waitingMax) {
      const error = new GatewayError('queue_full', 'too many messages at one time', {
        hint: 'send them again',
      });
      void this.#members.refusals.note({ origin: `uplink:${uplink}`, subject: 'a message', error });
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last
      .then(async () => await this.#take(bytes, uplink))
      .catch((error: unknown) => {
        this.#ports.logger.error({ uplink, reason: describeError(error) }, 'cloud: a message was not taken');
      })
      .finally(() => (this.#waiting -= 1));
  }

  /** When everything that was received has had its end. */
  async settled(): Promise<void> {
    await this.#last;
    await Promise.all(this.#running.values());
  }

  /** Ends what runs; what does not heed that is `unknown` after the next start. */
  async stop(): Promise<void> {
    this.#waiting = Infinity;
    this.#members.runner.stop();
    await this.settled();
  }

  async #take(bytes: Uint8Array, uplink: string): Promise<void> {
    const origin = `uplink:${uplink}`;
    let message: CloudMessage | undefined;
    try {
      message = parseCloudMessage(bytes, this.#ports.checkOf);
    } catch (error) {
      await this.#refuse(origin, 'a message', error);
      return;
    }
    if (message === undefined) this.#ignored += 1;
    else if (message.kind === 'command') await this.#takeCommand(message, uplink);
    else await this.#takeWord(message, origin);
  }

  async #takeWord(message: Delegation | Revocation, origin: string): Promise<void> {
    const { audit, clock, logger } = this.#ports;
    const subject = `${message.kind} ${message.number}`;
    try {
      if (!(await this.#members.issuers.take(message))) return;
      logger.info({ kind: message.kind, number: message.number }, 'cloud: the root key has spoken');
      const line = {
        atMs: clock.wall(),
        principal: 'cloud:root',
        action: `cloud.${message.kind}`,
        outcome: 'ok',
      };
      await audit.call('addAuditLine', { ...line, detail: detailOf(message) });
    } catch (error) {
      await this.#refuse(origin, subject, error);
    }
  }

  async #takeCommand(message: CloudCommandMessage, uplink: string): Promise<void> {
    const { issuers } = this.#members;
    const subject = `${message.body.command} ${message.cmdId}`;
    const issuer = issuers.find(message.issuer, 'command');
    if (issuer === undefined || !isSignedBy(issuer.key, message)) {
      await this.#refuse(`uplink:${uplink}`, subject, unsigned(message, issuer));
      return;
    }
    const origin = `cloud:${message.issuer}`;
    const { gatewayId } = this.#ports.identity;
    if (message.gid !== gatewayId) {
      const error = new GatewayError(
        'forbidden',
        `it is for the gateway ${message.gid}, not for ${gatewayId}`,
      );
      await this.#refuse(origin, subject, error);
      return;
    }
    try {
      this.#takeTurn(message);
    } catch (error) {
      // Without an answer, so that it may be said again.
      await this.#refuse(origin, subject, error);
      return;
    }
    if (this.#members.runner.isRead(message.body)) this.#launch(message, uplink, issuer);
    else await this.#begin(message, uplink, issuer);
  }

  /** As often as its owner may ask. Errors: `rate_limited`, `queue_full`. */
  #takeTurn(message: CloudCommandMessage): void {
    const { runner } = this.#members;
    const { scope, body } = message;
    const usual = scope === 'admin' || scope === 'provision' ? 'admin' : 'control';
    this.#ports.rates.take(runner.principalOf(message), runner.isRead(body) ? 'read' : usual);
    if (this.#running.size < runningMax) return;
    throw new GatewayError('queue_full', `${runningMax} commands of the cloud run already`);
  }

  async #begin(message: CloudCommandMessage, uplink: string, issuer: Issuer): Promise<void> {
    const { journal } = this.#members;
    if (await journal.begin(message, this.#ports.clock.wall())) {
      this.#launch(message, uplink, issuer);
      return;
    }
    const known = await journal.find(message);
    if (known === undefined) {
      const error = replayed(message);
      await this.#refuse(`cloud:${message.issuer}`, `${message.body.command} ${message.cmdId}`, error);
      await this.#say(message, resultOfError(error, this.#ports.clock.wall(), false));
    } else if (known.result !== undefined) await this.#say(message, known.result);
  }

  /** Looks at the rules and begins to run without a wait between them: what is switched off is off. */
  #launch(message: CloudCommandMessage, uplink: string, issuer: Issuer): void {
    const key = `${message.issuer} ${message.cmdId}`;
    if (this.#running.has(key)) return;
    const { clock, isClockTrusted, logger } = this.#ports;
    const { runner, switch: ownerSwitch } = this.#members;
    const refusal = refusalOf(message, {
      issuer,
      isOn: ownerSwitch.isOn,
      nowMs: isClockTrusted() ? clock.wall() : undefined,
      rules: runner.rulesOf(message.body),
    });
    const ending = refusal === undefined ? runner.run(message, uplink) : this.#refused(message, refusal);
    const ended = ending
      .then(async (result) => await this.#end(message, result))
      .catch((error: unknown) => {
        logger.error(
          { command: key, reason: describeError(error) },
          'cloud: the end of a command is not known',
        );
      })
      .finally(() => this.#running.delete(key));
    this.#running.set(key, ended);
  }

  async #refused(message: CloudCommandMessage, error: GatewayError): Promise<CommandResult> {
    await this.#refuse(`cloud:${message.issuer}`, `${message.body.command} ${message.cmdId}`, error);
    return resultOfError(error, this.#ports.clock.wall(), false);
  }

  async #end(message: CloudCommandMessage, result: CommandResult): Promise<void> {
    const { journal, runner } = this.#members;
    if (!runner.isRead(message.body)) {
      await journal.end(message, result).catch((error: unknown) => {
        this.#ports.logger.error({ reason: describeError(error) }, 'cloud: a result is not stored');
      });
    }
    await this.#say(message, result);
  }

  async #say({ issuer, cmdId }: CommandAddress, { status, atMs, ...outcome }: CommandResult): Promise<void> {
    const { identity, logger, send } = this.#ports;
    const message = {
      v: 1,
      kind: 'result',
      gateway: identity.gatewayId,
      issuer,
      cmdId,
      atMs,
      status,
      ...outcome,
    };
    try {
      const signed = await identity.signMessage('gw-result-1', message);
      send({ kind: 'result', body: Buffer.from(canonicalJson(signed)) });
    } catch (error) {
      // It is said again when the command is repeated.
      logger.error(
        { cmdId, code: errorCodeOf(error) ?? 'unexpected', error },
        'cloud: a result was not said',
      );
    }
  }

  async #refuse(origin: string, subject: string, thrown: unknown): Promise<void> {
    if (!(thrown instanceof GatewayError)) throw thrown;
    await this.#members.refusals.note({ origin, subject, error: thrown });
  }
}

function unsigned({ issuer }: CloudCommandMessage, known: Issuer | undefined): GatewayError {
  if (known === undefined) {
    return new GatewayError('forbidden', `${issuer} may not give commands`, {
      hint: 'send a delegation of the root key that names it, with the purpose command',
    });
  }
  return new GatewayError('signature_invalid', `it is not signed by ${issuer}`);
}

function replayed({ issuer, seq }: CloudCommandMessage): GatewayError {
  return new GatewayError('signature_invalid', `its number ${seq} is not above the last one of ${issuer}`, {
    hint: 'number commands upwards; commands that overtake others make those void',
  });
}

function detailOf(message: Delegation | Revocation): string {
  const what =
    message.kind === 'revocation'
      ? message.issuers.join(' ')
      : `${message.issuer}: ${[...message.purposes, ...message.scopes].join(' ')}`;
  return `number ${message.number}: ${what}`.slice(0, 500);
}
