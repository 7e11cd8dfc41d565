import { GatewayError } from '../../core/errors.ts';
import type { CommandCall, CommandDeclaration } from '../../features/command.ts';
import type { AskingRules, RestAnswer, RestInput, RestPaths } from '../../features/rest-paths.ts';
import type { Dispatcher } from '../commands/dispatcher.ts';
import { ancestorRoutes } from './ancestor/all.ts';
import type { AncestorRoute } from './ancestor/ancestor-route.ts';
import { answerAncestor } from './ancestor/answer-ancestor.ts';
import { answerStatus } from './answer-status.ts';
import { PathTable } from './path-table.ts';
import { problemOf } from './problem.ts';
import { requestInput } from './request-input.ts';

export interface RestPathsParts {
  readonly commands: readonly CommandDeclaration[];
  readonly dispatcher: Dispatcher;
  readonly servesAncestorPaths: boolean;
}

interface Asked extends RestInput {
  readonly params: Readonly<Record<string, string>>;
  readonly call: CommandCall;
}

interface Answering {
  readonly method: string;
  readonly path: string;
  readonly rules: AskingRules;
  answer(asked: Asked): Promise<RestAnswer>;
}

/** Every command at its path, and the paths of the earlier gateway, for requests that come in no HTTP. */
export function createRestPaths({ commands, dispatcher, servesAncestorPaths }: RestPathsParts): RestPaths {
  const table = new PathTable([
    ...commands.map((command) => answeringCommand(command, dispatcher)),
    ...(servesAncestorPaths ? ancestorRoutes : []).map((route) => answeringAncestor(route, dispatcher)),
  ]);
  return {
    find: (method, path) => {
      const found = table.find(method, path);
      if (found === undefined) return undefined;
      const { route, params } = found;
      return {
        rules: route.rules,
        ask: async (input, call) => {
          try {
            return await route.answer({ ...input, params, call });
          } catch (error) {
            if (!(error instanceof GatewayError)) throw error;
            const problem = problemOf(error, path);
            return { status: problem.status, body: JSON.stringify(problem) };
          }
        },
      };
    },
  };
}

function answeringCommand(command: CommandDeclaration, dispatcher: Dispatcher): Answering {
  const { id, http } = command;
  const { method, path } = http;
  const takesBody = method !== 'GET' && method !== 'DELETE';
  return {
    method,
    path,
    rules: command,
    answer: async ({ params, query, body, call }) => {
      // Some send an empty object where there is none.
      const isEmpty = body === undefined || Object.keys(body).length === 0;
      const sent = takesBody || !isEmpty ? body : undefined;
      const answer = await dispatcher.dispatch(
        id,
        requestInput(command, { params, query, body: sent }),
        call,
      );
      return { status: answerStatus(http, answer), body: answer === undefined ? '' : JSON.stringify(answer) };
    },
  };
}

function answeringAncestor(route: AncestorRoute, dispatcher: Dispatcher): Answering {
  const { method, path, scope, answerMsMax } = route;
  const http = { method, path, ...(answerMsMax !== undefined && { answerMsMax }) };
  return {
    method,
    path,
    rules: { id: `${method} ${path}`, scope, http },
    answer: async (asked) => {
      const { status, body } = await answerAncestor(route, asked, dispatcher);
      return { status, body: JSON.stringify(body) };
    },
  };
}
