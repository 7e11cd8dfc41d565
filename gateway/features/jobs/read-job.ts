import { Type, type Static } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import type { JobLimits } from '../../core/job-process.ts';
import { limits } from '../../core/limits.ts';
import type { ProgramFiles } from '../../core/program-files.ts';
import type { Principal } from '../command.ts';
import { closed } from '../schema.ts';
import { admitCommand } from './allow-list.ts';
import type { JobCommand } from './job-definition.ts';
import type { FindJobFolder } from './job-folder.ts';
import type { GivenJob } from './job-port.ts';
import type { JobsSettings } from './jobs-section.ts';
import { parseDeadline, readDeadline } from './parse-deadline.ts';
import { parseDuration } from './parse-duration.ts';
import { parseWhen } from './parse-when.ts';

const variableForm = '^[A-Za-z_][A-Za-z0-9_]*=[^\\u0000]*$';
const userName = { pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$', maxLength: 64 } as const;

/** What a job is added with, by any face. */
export const jobInputSchema = closed({
  argv: Type.Optional(
    Type.Array(Type.String({ pattern: '^[^\\u0000]*$' }), {
      minItems: 1,
      maxItems: limits.jobWordsMax,
      description: 'A program and its arguments, as they are: no shell between',
    }),
  ),
  commandline: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: limits.jobLineLengthMax,
      pattern: '^[^\\u0000]*$',
      description: 'A line for sh -c, instead of a program and its arguments',
    }),
  ),
  estimate: Type.String({
    maxLength: 200,
    description: 'How long it takes: 2h, 1h30m, 90m, 1:30 (hours and minutes), PT1H30M',
  }),
  deadline: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'When it must be done by: 2026-11-22, 2026-11-22T18:00:00 by the clock of the site, or with an offset; 24 hours from now unless said',
    }),
  ),
  when: Type.String({
    maxLength: 500,
    default: 'surplus',
    description:
      'What it waits for: surplus, carbon, price, own-export:W, not-red, window:HH:MM-HH:MM, joined by and',
  }),
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, pattern: '^\\P{Cc}*$', description: 'For people' }),
  ),
  powerWatts: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      description: 'What it draws, W; jobs.powerWatts of the configuration unless said',
    }),
  ),
  interruptible: Type.Boolean({
    default: false,
    description: 'It may be held (SIGSTOP) and gone on with, to run in the best hours',
  }),
  retries: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 100,
    description: 'How often it is tried again after a run that failed, took too long or was cut',
  }),
  timeout: Type.Optional(
    Type.String({ maxLength: 200, description: 'How long one run may take; jobs.timeout unless said' }),
  ),
  cwd: Type.Optional(
    Type.String({
      maxLength: 4_096,
      pattern: '^/[^\\u0000]*$',
      description: 'Absolute path of the folder that it runs in; jobs.directory unless said',
    }),
  ),
  callerFolder: Type.Optional(
    Type.String({
      maxLength: 4_096,
      pattern: '^/[^\\u0000]*$',
      description:
        'Absolute path of the folder that the owner of the gateway is in: it runs there if it can and no cwd is said; from others it is a cwd',
    }),
  ),
  env: Type.Array(Type.String({ maxLength: 32_768, pattern: variableForm }), {
    default: [],
    maxItems: 200,
    description: 'Variables of its environment: NAME=VALUE',
  }),
  user: Type.Optional(
    Type.String({
      ...userName,
      description: 'Who runs it, a name or a number; only from the gateway itself',
    }),
  ),
  group: Type.Optional(
    Type.String({ ...userName, description: 'A name or a number; only from the gateway itself' }),
  ),
  memoryMb: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 16_777_216,
      description: 'What it may take, in MB of 1,048,576 bytes',
    }),
  ),
  cpuSeconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 31_536_000, description: 'Time of processors that it may take' }),
  ),
  noNetwork: Type.Boolean({ default: false, description: 'It must not reach the network' }),
  requestKey: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^\\P{Cc}*$',
      description:
        'Of your own, and new for each job: the same again makes no second one, and answers the first',
    }),
  ),
});

export type JobInput = Static<typeof jobInputSchema>;

/**
 * Refuses what no gateway would take, whatever its time and zone. Errors: `duration_invalid`, `deadline_invalid`,
 * `policy_invalid`.
 */
export function checkJobTexts({ estimate, timeout, deadline, when }: Readonly<Record<string, string>>): void {
  if (estimate !== undefined) parseDuration(estimate, '--estimate');
  if (timeout !== undefined) parseDuration(timeout, '--timeout');
  if (deadline !== undefined) readDeadline(deadline, 'UTC', '--deadline');
  if (when !== undefined) parseWhen(when);
}

export interface ReadJobParts {
  readonly nowMs: number;
  /** Of the site, IANA. */
  readonly zone: string;
  readonly settings: JobsSettings;
  /** Asked last, of what may be run and is meant. */
  readonly findFolder: FindJobFolder;
  readonly files: ProgramFiles;
}

/**
 * The job that somebody means by an input. Errors: `duration_invalid`, `deadline_invalid`, `policy_invalid`,
 * `input_invalid` for no command or two, `forbidden` for one that may not be run, those of `findFolder`.
 */
export async function readJob(input: JobInput, principal: Principal, parts: ReadJobParts): Promise<GivenJob> {
  const { nowMs, zone, settings, findFolder, files } = parts;
  const estimateMs = parseDuration(input.estimate, '--estimate');
  const deadline = parseDeadline(input.deadline, { nowMs, zone, name: '--deadline' });
  const when = parseWhen(input.when);
  const { timeout, user, group } = input;
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout, '--timeout');
  const environment = readEnvironment(input.env);
  const isLocal = principal.kind === 'local';
  const chosen = input.cwd ?? (isLocal ? undefined : input.callerFolder);
  const wanted = { command: readCommand(input), cwd: chosen, environment, user, group };
  const { command, cwd: demanded } = await admitCommand(wanted, isLocal, settings, files);
  const preferred = isLocal ? input.callerFolder : undefined;
  const folder = await findFolder({ demanded, preferred, user, group });
  return {
    definition: {
      name: input.name,
      command,
      cwd: folder.path,
      environment,
      estimateMs,
      powerWatts: input.powerWatts,
      when,
      isInterruptible: input.interruptible,
      retries: input.retries,
      timeoutMs,
      user,
      group,
      limits: readLimits(input),
      hasNetwork: !input.noNetwork,
    },
    deadlineMs: deadline.atMs,
    owner: principal.id,
    originKey: input.requestKey === undefined ? null : `${principal.id}:${input.requestKey}`,
    warnings: [...deadline.warnings, ...folder.warnings],
  };
}

function readCommand({ argv, commandline }: JobInput): JobCommand {
  if ((argv === undefined) === (commandline === undefined)) {
    const what = argv === undefined ? 'there is no command to run' : 'there are two commands to run';
    throw new GatewayError('input_invalid', what, { hint: 'give either argv or commandline' });
  }
  if (commandline?.trim() === '') throw refusedInput('commandline is empty', 'give a command');
  if (commandline !== undefined) return { line: commandline };
  const words = argv ?? [];
  if (words[0] === '') throw refusedInput('the program has no name', 'give its path, or its name in PATH');
  if (words.reduce((sum, word) => sum + word.length, 0) > limits.jobLineLengthMax) {
    const most = `give at most ${limits.jobLineLengthMax} characters; put the rest into a file`;
    throw refusedInput('argv is too long', most);
  }
  return { argv: words };
}

function readEnvironment(env: readonly string[]): Readonly<Record<string, string>> {
  const pairs = env.map(
    (text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const,
  );
  const twice = pairs.find(([name], index) => pairs.findIndex(([other]) => other === name) !== index);
  if (twice !== undefined) throw refusedInput(`env has ${twice[0]} twice`, 'give each variable once');
  return Object.fromEntries(pairs);
}

function readLimits({ memoryMb, cpuSeconds }: JobInput): JobLimits {
  return {
    ...(memoryMb !== undefined && { memoryBytes: memoryMb * 1_048_576 }),
    ...(cpuSeconds !== undefined && { cpuSeconds }),
  };
}

function refusedInput(message: string, hint: string): GatewayError {
  return new GatewayError('input_invalid', message, { hint });
}
