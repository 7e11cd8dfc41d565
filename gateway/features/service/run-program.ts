import { GatewayError } from '../../core/errors.ts';
import { commandLineOf, type ProgramCall, type ProgramEnd, type Programs } from '../../core/programs.ts';

/** What it printed. Errors: `service_failed`, with what it said and what to do. */
export async function runProgram(programs: Programs, call: ProgramCall): Promise<string> {
  const end = await programs.run(call);
  if (end.exitCode === 0) return end.output;
  throw programFailure(call, end);
}

/** Errors: none; this is one. */
export function programFailure(call: ProgramCall, { exitCode, errors, output }: ProgramEnd): GatewayError {
  const said = `${errors}\n${output}`.split('\n').find((line) => line.trim() !== '');
  const why = said?.trim() ?? `exit code ${exitCode}`;
  const known = hints.find(({ pattern }) => pattern.test(errors));
  const hint = exitCode === 127 ? `install ${call.program}` : known?.hint;
  return new GatewayError('service_failed', `${commandLineOf(call)}: ${why}`, {
    hint: hint ?? 'what the service itself says: egw service logs',
    facts: { program: call.program, exitCode },
  });
}

const hints: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  {
    pattern: /connect to (the )?(user scope )?bus|No medium found|XDG_RUNTIME_DIR/i,
    hint: 'log in as this user, not by su; or for the whole machine: sudo egw service install',
  },
  {
    pattern:
      /access denied|authentication (is )?required|not permitted|permission denied|not privileged|insufficient permissions|not seeing messages/i,
    hint: 'this takes more rights: put sudo before it',
  },
  {
    pattern: /Domain does not support|Bootstrap failed: 125/i,
    hint: 'log in at the screen of this machine; or for the whole machine: sudo egw service install',
  },
  {
    pattern: /Bootstrap failed: 5/i,
    hint: 'launchd is still stopping the one before: try again in a moment',
  },
];
