import assert from 'node:assert';
import type { Clock } from '../../core/clock.ts';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { BoundCommand, CommandCall, CommandDeclaration } from '../../features/command.ts';
import type { StorePort } from '../../features/store-port.ts';
import { assertCommandsSound } from './command-registry.ts';
import { createRefusalLines } from './refusal-lines.ts';
import { suggestName } from '../../core/nearest.ts';
import { createSchemaChecks } from './schema-check.ts';

export interface DispatcherParts {
  readonly audit: StorePort<'addAuditLine'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Also check what commands answer: for tests, since a wrong answer is a programmer's error. */
  readonly checkOutput?: boolean;
}

/** The one way into every command, whichever face it came through. */
export interface Dispatcher {
  /**
   * Checks the scope, then the input; runs the command; writes the audit line of everything that is not a GET
   * and of refusals to somebody known. Values must have their types already (see `inputFromText`).
   * Errors: `command_unknown forbidden input_invalid token_invalid`, and those of the command.
   */
  dispatch(id: string, input: unknown, call: CommandCall): Promise<unknown>;
  /** undefined when there is no such command. */
  declarationOf(id: string): CommandDeclaration | undefined;
}

/** Throws at once when the declarations contradict each other. */
export function createDispatcher(commands: readonly BoundCommand[], parts: DispatcherParts): Dispatcher {
  assertCommandsSound(commands.map((command) => command.definition));
  const byId = new Map(commands.map((command) => [command.definition.id, command]));
  const checkOf = createSchemaChecks();
  const writeAudit = auditWriter(parts);
  const refusalLines = createRefusalLines(parts.clock);
  const writeRefusal: AuditWriter = async (command, call, error) => {
    const more = refusalLines.take(call.principal.id);
    if (more !== undefined) await writeAudit(command, { ...call, origin: call.origin + more }, error);
  };

  const runChecked = async (command: BoundCommand, input: unknown, call: CommandCall): Promise<unknown> => {
    checkOf(command.definition.input)(input);
    const answer = await command.run(input, call);
    if (parts.checkOutput === true)
      assertAnswer(() => checkOf(command.definition.output)(answer), command.definition.id);
    return answer;
  };

  return {
    declarationOf: (id) => byId.get(id)?.definition,
    dispatch: async (id, input, call) => {
      const command = byId.get(id);
      if (command === undefined) throw unknownCommand(id, [...byId.keys()]);
      const refusal = refusalFor(command.definition, call);
      if (refusal !== undefined) {
        if (call.principal.kind !== 'anonymous') await writeRefusal(command.definition, call, refusal);
        throw refusal;
      }
      if (isQuiet(command.definition)) return await runChecked(command, input, call);
      try {
        const answer = await runChecked(command, input, call);
        await writeAudit(command.definition, call);
        return answer;
      } catch (error) {
        // Strangers may knock as often as they like.
        const write = call.principal.kind === 'anonymous' ? writeRefusal : writeAudit;
        await write(command.definition, call, error);
        throw error;
      }
    },
  };
}

function isQuiet({ http, isAuditedItself }: CommandDeclaration): boolean {
  return http.method === 'GET' || isAuditedItself === true;
}

type AuditWriter = (command: CommandDeclaration, call: CommandCall, error?: unknown) => Promise<void>;

/** Inputs may hold secrets, so the line says who, what, from where and how it ended, and never with what. */
function auditWriter({ audit, clock, logger }: DispatcherParts): AuditWriter {
  return async (command, call, error) => {
    const outcome = error === undefined ? 'ok' : (errorCodeOf(error) ?? 'internal_error');
    const line = {
      atMs: clock.wall(),
      principal: call.principal.id,
      action: command.id,
      outcome,
      detail: `from ${call.origin}`,
    };
    try {
      await audit.call('addAuditLine', line);
    } catch (failure) {
      // The command has already run: its caller must hear that, not that its audit line is missing.
      logger.error({ ...line, reason: describeError(failure) }, 'audit line not stored');
    }
  };
}

function refusalFor(command: CommandDeclaration, { principal }: CommandCall): GatewayError | undefined {
  const { id, scope } = command;
  if (command.isClosedToCloud === true && principal.kind === 'cloud') {
    return new GatewayError('forbidden', `${id} is not for the cloud`, { hint: 'do it at the gateway' });
  }
  if (scope === 'open' || principal.scopes.has(scope)) return undefined;
  if (principal.kind === 'anonymous') {
    return new GatewayError('token_invalid', `${id} needs a token`, {
      hint: `send Authorization: Bearer TOKEN with the scope ${scope}; the first token is made by pairing`,
    });
  }
  return new GatewayError('forbidden', `${id} needs the scope ${scope}`, {
    hint: `make a token with it: egw token create --scope ${scope}`,
    facts: { scope },
  });
}

function unknownCommand(id: string, known: readonly string[]): GatewayError {
  return new GatewayError('command_unknown', `there is no command ${JSON.stringify(id)}`, {
    hint: suggestName(id, known),
  });
}

function assertAnswer(check: () => void, id: string): void {
  try {
    check();
  } catch (error) {
    assert.fail(`${id} answered what its schema does not allow: ${describeError(error)}`);
  }
}
