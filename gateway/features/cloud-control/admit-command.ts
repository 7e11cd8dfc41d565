import { GatewayError } from '../../core/errors.ts';
import type { AskingRules } from '../rest-paths.ts';
import type { CloudCommandMessage } from './cloud-messages.ts';
import type { Issuer } from './issuer-register.ts';

/** Longest that a command may be on its way; and how far the clock of its sender may be ahead of ours. */
const lifeMsMax = 5 * 60_000;
const aheadMsMax = 60_000;

export interface CommandCircumstances {
  readonly issuer: Issuer;
  readonly isOn: boolean;
  /** undefined while the clock is not believed. */
  readonly nowMs: number | undefined;
  /** What it asks for; undefined when there is no such command. */
  readonly rules: AskingRules | undefined;
}

/**
 * Why a command whose signature holds is not run, or undefined: the first that applies of the switch, the times, what
 * its issuer was given, and the command's own rules.
 */
export function refusalOf(
  message: CloudCommandMessage,
  { issuer, isOn, nowMs, rules }: CommandCircumstances,
): GatewayError | undefined {
  if (!isOn) {
    return new GatewayError('cloud_control_off', 'commands from the cloud are switched off at the gateway', {
      hint: 'its owner switches them on with: egw cloud on',
    });
  }
  return (
    refusalByTime(message, issuer, nowMs) ??
    refusalByScope(message, issuer) ??
    refusalByCommand(message, rules)
  );
}

function refusalByTime(
  { iat, exp }: CloudCommandMessage,
  { delegation }: Issuer,
  nowMs: number | undefined,
): GatewayError | undefined {
  if (nowMs === undefined) {
    return new GatewayError('clock_untrusted', 'whether the command is in time cannot be said', {
      hint: 'wait until the clock of the gateway is set: egw clock show says how it is',
    });
  }
  if (exp <= iat || exp - iat > lifeMsMax) {
    return notInTime(`exp must be after iat, by ${lifeMsMax} ms at most`);
  }
  if (iat > nowMs + aheadMsMax) return notInTime(`it is from ${iat - nowMs} ms ahead`);
  if (nowMs >= exp) return notInTime(`it ended ${nowMs - exp} ms ago`);
  if (nowMs < delegation.from || nowMs >= delegation.until) {
    return new GatewayError('forbidden', `the delegation of ${delegation.issuer} is not in force now`, {
      hint: 'send a delegation with a higher number, whose from and until hold now',
    });
  }
  return undefined;
}

function notInTime(why: string): GatewayError {
  return new GatewayError('signature_invalid', `the command is not in time: ${why}`, {
    hint: 'sign a new one, with a clock that is right',
  });
}

function refusalByScope(
  { scope }: CloudCommandMessage,
  { delegation, scopes }: Issuer,
): GatewayError | undefined {
  if (scopes.has(scope)) return undefined;
  return new GatewayError('forbidden', `${delegation.issuer} was not given the scope ${scope}`, {
    hint: 'send a delegation with a higher number that has it',
    facts: { scope },
  });
}

function refusalByCommand(
  { scope, body }: CloudCommandMessage,
  rules: AskingRules | undefined,
): GatewayError | undefined {
  if (rules === undefined) {
    return new GatewayError('command_unknown', `there is no command ${JSON.stringify(body.command)}`, {
      hint: 'each operationId of /api/openapi.json is one',
    });
  }
  const { id, http, isClosedToCloud } = rules;
  if (isClosedToCloud === true) {
    return new GatewayError('forbidden', `${id} is not for the cloud`, { hint: 'do it at the gateway' });
  }
  if (http.streams !== undefined) {
    return new GatewayError('forbidden', `${id} answers with a stream, which no message can hold`, {
      hint: 'ask for it in pages, with another command',
    });
  }
  if (rules.scope === 'open' || rules.scope === scope) return undefined;
  return new GatewayError('forbidden', `${id} needs the scope ${rules.scope}, and was sent with ${scope}`, {
    hint: `sign it with the scope ${rules.scope}`,
    facts: { scope: rules.scope },
  });
}
