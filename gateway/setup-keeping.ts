import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dataDirectory } from './config/data-directory.ts';
import { environmentFileName } from './config/environment-file.ts';
import { SetupSettings, type SetupSettingsParts } from './config/setup-settings.ts';
import { defaultDataDirectory } from './core/data-directory.ts';
import { describeError, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import { silentLogger, type Logger } from './core/logger.ts';
import type { Terminal } from './core/terminal.ts';
import type { CliIo, Environment, OfflineCommand } from './faces/cli/cli-run.ts';
import { createPaint, type Paint } from './faces/cli/paint.ts';
import { runSetup } from './features/setup/setup-dialogue.ts';
import { setupQuestions } from './features/setup/setup-questions.ts';
import { wrapText } from './features/setup/wrap-text.ts';
import { openSource, SetupTests, type SetupTestParts } from './setup-tests.ts';

/** What the wizard needs of the machine. */
export interface SetupParts extends Pick<SetupTestParts, 'kinds' | 'clock' | 'alarm' | 'outside'> {
  readonly disk: SetupSettingsParts['disk'] & SetupTestParts['disk'];
  workingDirectory(): string;
  inputs(commandLine: Environment, environment: Environment): ReturnType<SetupSettingsParts['inputs']>;
  /** Undefined when nobody can be asked. */
  openTerminal(io: CliIo): Terminal | undefined;
}

type SetupCall = Parameters<OfflineCommand['run']>[0];

const usage = 'egw setup [--data-dir DIR]';

/** Runs `egw setup`: asks for what the gateway has to know, and keeps it in `.env`. Errors: `command_unknown`. */
export async function runSetupCommand(parts: SetupParts, call: SetupCall): Promise<number> {
  const { argv, json, environment, io } = call;
  const directory = resolve(dataDirectory(optionsOf(argv), environment));
  const terminal = json ? undefined : parts.openTerminal(io);
  if (terminal === undefined) throw nobodyToAsk(directory);
  try {
    const paint = createPaint(io.stdout, environment);
    return await converse(parts, { directory, environment, terminal, paint });
  } finally {
    terminal.close();
  }
}

interface Conversation {
  readonly directory: string;
  readonly environment: Environment;
  readonly terminal: Terminal;
  readonly paint: Paint;
}

async function converse(parts: SetupParts, conversation: Conversation): Promise<number> {
  const { directory, environment, terminal, paint } = conversation;
  const settings = new SetupSettings(
    {
      ...parts,
      directory,
      environment,
      workingDirectory: parts.workingDirectory(),
      openSource: (kind, options) => openSource(parts, kind, options),
      inputs: (at) => parts.inputs({ 'data-dir': at }, environment),
    },
    setupQuestions,
  );
  const say = (text: string, style?: Parameters<Paint>[0]): void => {
    for (const line of wrapText(text, terminal.columns)) terminal.write(`${paint(style, line)}\n`);
  };
  const tests = await SetupTests.create({
    ...parts,
    settings,
    logger: spokenLogger(say),
    onAsking: (name) => say(`Asking ${name} …`, 'dim'),
  });
  say(`The answers are kept in ${settings.path}, which only you can read.`);
  say('Enter keeps what is in brackets, a single - removes it, Ctrl-C ends.');
  const complaint = await settings.complaint();
  if (complaint !== undefined) say(complaint, 'yellow');
  const test = tests.run.bind(tests);
  const isDone = await runSetup({ terminal, settings, paint, test });
  say(
    isDone
      ? await farewell(settings, environment)
      : `\nEnded. What you answered until now is in ${settings.path}.`,
  );
  return isDone ? exitCodes.ok : exitCodes.unexpected;
}

async function farewell(settings: SetupSettings, environment: Environment): Promise<string> {
  const { read } = await settings.sourceIds();
  const { directory } = settings;
  const isUsual = resolve(usualDirectory(environment) ?? '') === directory;
  const [option, variable] = isUsual ? ['', ''] : [` --data-dir ${directory}`, `EGW_DATA_DIR=${directory} `];
  return [
    '',
    read.length === 0 ? 'No source can be read yet.' : `What is read: ${read.join(', ')}.`,
    `egw start${option} runs the gateway here,`,
    `${variable}egw service install has the machine run it.`,
    'One that runs reads this when it is started again.',
  ].join('\n');
}

/** Where commands look without being told. */
function usualDirectory(environment: Environment): string | undefined {
  try {
    return defaultDataDirectory({ ...environment, EGW_DATA_DIR: undefined });
  } catch {
    return undefined;
  }
}

function optionsOf(argv: readonly string[]): Environment {
  try {
    return parseArgs({ args: [...argv], options: { 'data-dir': { type: 'string' } } }).values;
  } catch (cause) {
    throw new GatewayError('command_unknown', describeError(cause), { hint: usage, cause });
  }
}

function nobodyToAsk(directory: string): GatewayError {
  const path = resolve(directory, environmentFileName);
  return new GatewayError('command_unknown', 'egw setup asks its questions on a terminal, and here is none', {
    hint: `write the answers yourself, as lines such as ENERGY_API_URL=192.168.1.20 in ${path}, or sources in egw.yaml: docs/configuration.md`,
  });
}

/** What a source says while it is tried, without its facts. */
function spokenLogger(say: (text: string, style: 'dim') => void): Logger {
  const speak = (_facts: unknown, message: string): void => say(message, 'dim');
  const logger: Logger = { ...silentLogger, info: speak, warn: speak, error: speak, child: () => logger };
  return logger;
}
