import type { CommandDeclaration } from '../../features/command.ts';
import { allCommands } from '../commands/all.ts';

/** Every command that has a verb, and once more for each verb of another program that it takes the place of. */
export const verbCommands: readonly CommandDeclaration[] = allCommands.flatMap((command) => {
  const { cli } = command;
  if (cli === undefined) return [];
  const others = (cli.aliases ?? []).map((verb) => ({
    ...command,
    summary: `As egw ${cli.verb}: ${command.summary.charAt(0).toLowerCase()}${command.summary.slice(1)}`,
    cli: { ...cli, verb },
  }));
  return [command, ...others];
});
