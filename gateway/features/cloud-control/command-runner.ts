import { monotonicMs, type Alarm } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { CommandCall, CommandDeclaration, Principal } from '../command.ts';
import type { AskingRules } from '../rest-paths.ts';
import { RestTunnel, type RestTunnelPorts } from './ancestor/rest-tunnel.ts';
import type { CloudCommandMessage } from './cloud-messages.ts';
import { resultOfAnswer, resultOfError, type CommandResult } from './command-result.ts';

/** The commands of the gateway, as every face has them. */
export interface CommandsPort {
  declarationOf(id: string): CommandDeclaration | undefined;
  /** Checks scope and input, runs it, writes its audit line. Errors: those of the command. */
  dispatch(id: string, input: unknown, call: CommandCall): Promise<unknown>;
}

export interface CommandRunnerPorts extends RestTunnelPorts {
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly commands: () => CommandsPort;
}

type Body = CloudCommandMessage['body'];

/** Commands that do not say how long they may take. */
const answerMsMax = 30_000;

/** Runs commands of the cloud as its issuer, with the one scope that was sent. */
export class CommandRunner {
  readonly #ports: CommandRunnerPorts;
  readonly #tunnel: RestTunnel;
  readonly #running = new Set<AbortController>();

  constructor(ports: CommandRunnerPorts) {
    this.#ports = ports;
    this.#tunnel = new RestTunnel(ports);
  }

  /** What decides whether it may run; undefined when there is no such command. */
  rulesOf(body: Body): AskingRules | undefined {
    return this.#tunnel.resolve(body)?.rules ?? this.#ports.commands().declarationOf(body.command);
  }

  /** Whether it changes nothing: such a command may run twice, and is not kept. */
  isRead(body: Body): boolean {
    return this.rulesOf(body)?.http.method === 'GET';
  }

  principalOf({ issuer, scope }: CloudCommandMessage): Principal {
    return { kind: 'cloud', id: `cloud:${issuer}`, scopes: new Set([scope]) };
  }

  /** Begins before it returns. What the command throws is in the result. */
  async run(message: CloudCommandMessage, uplink: string): Promise<CommandResult> {
    const { cmdId, body } = message;
    const { clock, alarm, commands } = this.#ports;
    const controller = new AbortController();
    const limitMs = this.rulesOf(body)?.http.answerMsMax ?? answerMsMax;
    const stop = alarm.at(monotonicMs(clock.monotonic() + limitMs), () => {
      controller.abort(new GatewayError('deadline_exceeded', `${body.command} took too long`));
    });
    this.#running.add(controller);
    try {
      const call = {
        principal: this.principalOf(message),
        origin: `${uplink}, ${cmdId}`,
        signal: controller.signal,
      };
      const tunnelled = this.#tunnel.resolve(body);
      if (tunnelled !== undefined) return await tunnelled.run(call);
      const answer = await commands().dispatch(body.command, structuredClone(body.input), call);
      return resultOfAnswer(answer, clock.wall());
    } catch (error) {
      return resultOfError(this.#operatingError(error, body), clock.wall(), true);
    } finally {
      stop();
      this.#running.delete(controller);
    }
  }

  /** What runs is told to end. */
  stop(): void {
    for (const controller of this.#running) {
      controller.abort(new GatewayError('stopping', 'the gateway stops'));
    }
  }

  #operatingError(error: unknown, { command }: Body): GatewayError {
    if (error instanceof GatewayError) return error;
    this.#ports.logger.error({ command, reason: describeError(error), error }, 'cloud: a command broke');
    return new GatewayError('internal_error', 'something went wrong inside the gateway', {
      hint: "the gateway's log says what",
      cause: error,
    });
  }
}
