import { GatewayError } from '../../core/errors.ts';
import type { ProgramFiles } from '../../core/program-files.ts';
import { matchesArguments } from './argument-patterns.ts';
import type { JobCommand } from './job-definition.ts';
import type { AllowedProgram, AllowList, JobsSettings } from './jobs-section.ts';

/** What somebody wants run, and how, besides when. */
export interface WantedCommand {
  readonly command: JobCommand;
  /** Absolute; undefined: not said. */
  readonly cwd: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** undefined: not said. */
  readonly user: string | undefined;
  readonly group: string | undefined;
}

export interface AdmittedCommand {
  readonly command: JobCommand;
  /** undefined: in the directory of jobs. */
  readonly cwd: string | undefined;
}

/**
 * Whether somebody may have it run. Who sits at the gateway may have anything run; others what the list allows, or
 * anything where `jobs.remoteCommands` is `any`, and never as another user. Of a program that the list allows the file
 * is what counts, not how it is named; it is run by the name that the list has for it, since programs that are many in
 * one file (busybox) are what they are called.
 *
 * Errors: `forbidden`.
 */
export async function admitCommand(
  wanted: WantedCommand,
  isLocal: boolean,
  settings: Pick<JobsSettings, 'remoteCommands' | 'allow'>,
  files: ProgramFiles,
): Promise<AdmittedCommand> {
  const { command, cwd, user, group } = wanted;
  if (isLocal) return { command, cwd };
  if (user !== undefined || group !== undefined) {
    throw refusal(
      'only who sits at the gateway may have a job run as another user',
      'leave out --user and --group',
    );
  }
  if (settings.remoteCommands === 'any') return { command, cwd };
  if ('line' in command) return admitLine(wanted, command.line, settings.allow);
  return await admitProgram(wanted, command.argv, settings.allow, files);
}

function admitLine(wanted: WantedCommand, line: string, { lines }: AllowList): AdmittedCommand {
  if (!lines.includes(line)) {
    throw refusal(
      'that command line is not one that others may have run',
      'the owner adds it to jobs.allow.lines, or adds the job on the machine of the gateway',
    );
  }
  assertNothingBeside(wanted, [], undefined);
  return { command: wanted.command, cwd: undefined };
}

async function admitProgram(
  wanted: WantedCommand,
  argv: readonly string[],
  { programs }: AllowList,
  files: ProgramFiles,
): Promise<AdmittedCommand> {
  const [program = '', ...given] = argv;
  const path = program.startsWith('/') ? await files.realPath(program) : undefined;
  const named = path === undefined ? [] : await entriesOf(program, path, programs, files);
  if (path === undefined || named.length === 0) {
    throw refusal(
      `${JSON.stringify(program.slice(0, 200))} is not a program that others may have run`,
      program.startsWith('/')
        ? 'the owner adds it to jobs.allow.programs'
        : 'name it by its whole path; the owner says in jobs.allow.programs what may be run',
    );
  }
  const entry = named.find((one) => matchesArguments(one.arguments, given));
  if (entry === undefined) {
    throw refusal(
      `${path} may not be run by others with these arguments`,
      'the owner says with which ones in jobs.allow.programs',
    );
  }
  await assertSameFile(entry, path, files);
  assertNothingBeside(wanted, entry.environment, entry.cwd);
  return { command: { argv: [entry.program, ...given] }, cwd: entry.cwd };
}

/** By its name, or else by its file: one that is listed under another name may be another program. */
async function entriesOf(
  program: string,
  path: string,
  programs: readonly AllowedProgram[],
  files: ProgramFiles,
): Promise<readonly AllowedProgram[]> {
  const named = programs.filter((entry) => entry.program === program);
  if (named.length > 0) return named;
  const same = [];
  for (const entry of programs) if ((await files.realPath(entry.program)) === path) same.push(entry);
  return same;
}

async function assertSameFile(entry: AllowedProgram, path: string, files: ProgramFiles): Promise<void> {
  if (entry.sha256 === undefined) return;
  const sha256 = await files.sha256(path);
  if (sha256 === entry.sha256.toLowerCase()) return;
  throw refusal(
    `${path} is not the file that others may have run`,
    'it has changed, or cannot be read: the owner looks at it, and corrects its sha256 in jobs.allow.programs',
  );
}

/** Variables and folders decide what a program does as much as its arguments. */
function assertNothingBeside(
  { cwd, environment }: WantedCommand,
  variables: readonly string[],
  ownCwd: string | undefined,
): void {
  const other = Object.keys(environment).find((name) => !variables.includes(name));
  if (other !== undefined) {
    throw refusal(
      `the variable ${JSON.stringify(other.slice(0, 100))} may not be given with it`,
      'leave it out; the owner names variables in jobs.allow.programs',
    );
  }
  if (cwd !== undefined && cwd !== ownCwd) {
    throw refusal(
      'it may not be run in a folder of your choice',
      'leave out --cwd: it runs where its owner says',
    );
  }
}

function refusal(message: string, hint: string): GatewayError {
  return new GatewayError('forbidden', message, { hint });
}
