import type { Clock } from '../../../core/clock.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { CommandCall } from '../../command.ts';
import type { AskingRules, RestInput, RestPath, RestPaths } from '../../rest-paths.ts';
import type { CloudCommandMessage } from '../cloud-messages.ts';
import { resultOfAnswer, type CommandResult } from '../command-result.ts';
import type { CheckOf } from '../parse-cloud-message.ts';
import { restRequest, type RestRequest } from './rest-request.ts';

export interface RestTunnelPorts {
  readonly clock: Clock;
  readonly checkOf: CheckOf;
  /** Asked when they are there. */
  readonly restPaths: () => RestPaths;
}

/** A request that came through the tunnel, and what decides whether it may be asked. */
export interface TunnelledRequest {
  readonly rules: AskingRules;
  /** Whoever calls it has looked at the rules. Errors: `input_invalid`, and what nobody expected. */
  run(call: CommandCall): Promise<CommandResult>;
}

const restRequestCommand = 'srcful.request';

/** As the earlier gateway has it, and the same for what is from ahead. */
const ageMsMax = 60_000;

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What is only told that it is wrong: nothing is done, whatever its scope. */
const toldOnly: AskingRules = {
  id: restRequestCommand,
  scope: 'open',
  http: { method: 'POST', path: '' },
};

/**
 * Requests to the REST interface in the envelope of a command, answered as the earlier gateway answers. Each is
 * judged by the rules of what it asks for: its scope, whether it is for the cloud, whether it only reads.
 */
export class RestTunnel {
  readonly #ports: RestTunnelPorts;

  constructor(ports: RestTunnelPorts) {
    this.#ports = ports;
  }

  /** undefined when the command is another. */
  resolve({ command, input }: CloudCommandMessage['body']): TunnelledRequest | undefined {
    if (command !== restRequestCommand) return undefined;
    try {
      this.#ports.checkOf(restRequest)(input);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return { rules: toldOnly, run: () => Promise.reject(error) };
    }
    const request = input as RestRequest;
    const { method, path } = request;
    const found = this.#ports.restPaths().find(method, path.split('?', 1)[0] ?? '');
    if (found !== undefined) {
      return { rules: found.rules, run: async (call) => await this.#ask(found, request, call) };
    }
    const why = methods.includes(method)
      ? `API handler not found for path ${path}`
      : `Method ${method} not allowed`;
    return { rules: toldOnly, run: () => Promise.resolve(this.#refuse(why)) };
  }

  async #ask(path: RestPath, request: RestRequest, call: CommandCall): Promise<CommandResult> {
    const { clock } = this.#ports;
    if (Math.abs(clock.wall() - request.timestamp * 1_000) > ageMsMax) return this.#refuse('Request too old');
    const { status: code, body: response } = await path.ask(inputOf(request), call);
    const nowMs = clock.wall();
    const answer = { code, response, timestamp: Math.floor(nowMs / 1_000), id: request.id ?? null };
    return { ...resultOfAnswer(answer, nowMs), status: code < 400 ? 'done' : 'failed' };
  }

  #refuse(error: string): CommandResult {
    return { ...resultOfAnswer({ error }, this.#ports.clock.wall()), status: 'refused' };
  }
}

/** Of a name that is in the path and in the query the latter counts. */
function inputOf({ path, query, body }: RestRequest): RestInput {
  const parameters = new URLSearchParams(path.split('?').slice(1).join('?'));
  const texts = [...new Set(parameters.keys())].map((name): [string, string | readonly string[]] => {
    const all = parameters.getAll(name);
    return [name, all.length === 1 ? (all[0] ?? '') : all];
  });
  const others = Object.entries(query ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    query: Object.fromEntries([...texts, ...others]),
    body: body === undefined || body === null ? undefined : structuredClone(body),
  };
}
