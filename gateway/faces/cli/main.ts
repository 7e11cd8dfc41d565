import type { CliRun, OfflineCommand } from './cli-run.ts';
import { findVerb, leadingWords, meantCommand, ownWords, readArguments } from './command-line.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { createGatewayClient } from './gateway-client.ts';
import { commandHelp, overview, ownVerbs, plainHelp } from './help.ts';
import { createPaint } from './paint.ts';
import { reportError, reportRefusal, reportUsage } from './report.ts';
import { runCommand } from './run-command.ts';
import { showStatus } from './status.ts';
import { verbCommands } from './verb-commands.ts';
import { watch } from './watch.ts';

/** One, or several that take other options. */
const commandsByVerb = Map.groupBy(verbCommands, ({ cli }) => cli?.verb ?? '');
const verbsKnownHere = [...ownVerbs.map(({ verb }) => verb), ...commandsByVerb.keys()];

/** Runs one `egw` command line to its end and answers the exit code (docs/cli.md). Never throws. */
export async function runCli(run: CliRun): Promise<number> {
  try {
    const words = leadingWords(run.argv);
    if (words.length === 0 && run.argv.includes('--version')) return printVersion(run);
    const own = ownWords(run.argv);
    const isHelp = words.length === 0 || words[0] === 'help' || own.includes('--help') || own.includes('-h');
    if (isHelp) return await printHelp(run, words[0] === 'help' ? words.slice(1) : words);
    const found = findVerb(words, verbsKnownHere);
    return 'verb' in found ? await runVerb(run, found.verb) : await runOffline(run, words);
  } catch (error) {
    return reportError(run, error);
  }
}

async function runVerb(run: CliRun, verb: string): Promise<number> {
  const command = meantCommand(run.argv, commandsByVerb.get(verb) ?? []);
  if (command?.id === 'gateway.status') return await showStatus(run, command);
  if (command !== undefined) return await runCommand(run, command);
  switch (verb) {
    case 'start': {
      const program = await run.loadProgram();
      return await program.startGateway(withoutVerb(run.argv, verb), run.environment);
    }
    case 'watch':
      return await runWatch(run);
    default:
      return printVersion(run);
  }
}

const watchForm = {
  verb: 'watch',
  positionals: ['device'],
  input: { properties: { device: { type: 'string' } } },
} as const;

async function runWatch(run: CliRun): Promise<number> {
  const given = readArguments(run.argv, watchForm);
  if ('message' in given) return reportUsage(run, given);
  const refusal = await watch({
    client: createGatewayClient(given.texts, run.environment),
    io: run.io,
    paint: createPaint(run.io.stdout, run.environment),
    json: given.flags.has('json'),
    time: run.time,
    device: given.texts['device'],
  });
  return refusal === undefined ? exitCodes.ok : reportRefusal(run, refusal);
}

async function runOffline(run: CliRun, words: readonly string[]): Promise<number> {
  const { offlineCommands } = await run.loadProgram();
  const found = findVerb(words, [...verbsKnownHere, ...offlineCommands.map(({ verb }) => verb)]);
  if ('message' in found) return reportUsage(run, found);
  const command = offlineCommands.find(({ verb }) => verb === found.verb);
  if (command === undefined) return exitCodes.unexpected;
  const argv = withoutVerb(run.argv, command.verb).filter((text) => text !== '--json');
  return await command.run({
    argv,
    json: run.argv.includes('--json'),
    environment: run.environment,
    io: run.io,
  });
}

/** What is left when the verb's words are taken out, each once. */
function withoutVerb(argv: readonly string[], verb: string): readonly string[] {
  const words = verb.split(' ');
  return argv.filter((text) => {
    if (text !== words[0]) return true;
    words.shift();
    return false;
  });
}

function printVersion({ io, version, argv }: CliRun): number {
  io.stdout.write(argv.includes('--json') ? `${JSON.stringify({ version })}\n` : `egw ${version}\n`);
  return exitCodes.ok;
}

async function printHelp(run: CliRun, words: readonly string[]): Promise<number> {
  const { offlineCommands } = await run.loadProgram();
  const found =
    words.length === 0
      ? { verb: '' }
      : findVerb(words, [...verbsKnownHere, ...offlineCommands.map(({ verb }) => verb)]);
  if ('message' in found) return reportUsage(run, found);
  const text = helpOf(found.verb, offlineCommands);
  run.io.stdout.write(run.argv.includes('--json') ? `${JSON.stringify({ help: text })}\n` : text);
  return exitCodes.ok;
}

function helpOf(verb: string, offline: readonly OfflineCommand[]): string {
  if (verb === '') return overview(verbCommands, offline);
  const commands = commandsByVerb.get(verb);
  if (commands !== undefined) return commands.map(commandHelp).join('\n');
  const plain = [...ownVerbs.map((own) => ({ ...own, usage: undefined })), ...offline].find(
    (one) => one.verb === verb,
  );
  return plainHelp(verb, plain?.summary ?? '', plain?.usage);
}
