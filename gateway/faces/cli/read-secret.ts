import { GatewayError } from '../../core/errors.ts';
import type { CommandDeclaration } from '../../features/command.ts';
import type { CliRun } from './cli-run.ts';
import type { VerbArguments } from './command-line.ts';
import { readGivenFile } from './read-given-file.ts';

const pipedIn = '/dev/stdin';

/**
 * With what is secret, so that it need not stand on the command line, where everybody on the machine can read it: from
 * the file that is named (`-`: what is piped in), else from whoever sits at the terminal. An empty line is none.
 * Errors: `input_invalid`.
 */
export async function withSecret(
  { openTerminal }: Pick<CliRun, 'openTerminal'>,
  { cli }: Pick<CommandDeclaration, 'cli'>,
  given: VerbArguments,
): Promise<VerbArguments> {
  const secret = cli?.asksFor;
  if (secret === undefined || given.texts[secret.input] !== undefined) return given;
  const file = given.texts[`${secret.input}File`];
  const text =
    file === undefined
      ? await askFor(secret.prompt, openTerminal)
      : readGivenFile(file === '-' ? pipedIn : file).replace(/\r?\n$/, '');
  return text === '' ? given : { ...given, texts: { ...given.texts, [secret.input]: text } };
}

async function askFor(prompt: string, openTerminal: CliRun['openTerminal']): Promise<string> {
  const terminal = await openTerminal?.();
  if (terminal === undefined) return '';
  try {
    const line = await terminal.ask(prompt, true);
    if (line !== undefined) return line;
    throw new GatewayError('input_invalid', 'it was stopped before anything was asked of the gateway');
  } finally {
    terminal.close();
  }
}
