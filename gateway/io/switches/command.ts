import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import type { JobEnd, JobProcesses, RunningJob } from '../../core/job-process.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { saidByService } from '../said-by-service.ts';
import { refused, unavailable } from './refused.ts';
import type { PowerSwitch, SwitchDefinition, SwitchPorts, SwitchPosition } from './switch.ts';

const argumentsField = {
  type: 'texts',
  isOptional: true,
  max: 1_000,
} as const;

const options = {
  on: {
    ...argumentsField,
    description:
      'Program and arguments that switch it on; no shell is between. It has done so when it ends with 0; with 75 it has done nothing, and is run again soon.',
  },
  off: { ...argumentsField, description: 'Program and arguments that switch it off.' },
  position: {
    ...argumentsField,
    description:
      'Program and arguments that say how it is: its last line is on or off, or anything else where that is not known.',
  },
  user: {
    type: 'text',
    description: 'User that runs them. Default: as for jobs.',
    isOptional: true,
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$',
    max: 64,
  },
} as const satisfies OptionFields;

/** Programs of the owner's own, kept apart as jobs are. What must not be read belongs into their own files, not into arguments. */
export const command: SwitchDefinition = {
  id: 'command',
  title: 'Programs of one’s own',
  source: 'docs/switches.md',
  options,
  timeoutMs: 60_000,
  positions: (values) =>
    (['on', 'off'] as const).filter((position) => wordsOf(values, position) !== undefined),
  isRepeatSafe: false,
  open: (values, ports) => new CommandSwitch(values, ports),
};

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** As a shell says that it could not run it: 126 and 127. */
const notRunCodes: ReadonlySet<number | null> = new Set([126, 127]);
/** EX_TEMPFAIL of sysexits.h: nothing was done. What ends otherwise may have done it: ssh ends with 255 when its host goes down. */
const tryAgainCode = 75;

interface Ended extends JobEnd {
  readonly lastLine: string;
}

class CommandSwitch implements PowerSwitch {
  readonly #processes: JobProcesses;
  readonly #values: OptionValues;
  readonly #running = new Set<RunningJob>();

  constructor(values: OptionValues, { processes }: SwitchPorts) {
    this.#processes = processes;
    this.#values = values;
    if (command.positions(values).length === 0)
      throw new GatewayError('config_invalid', 'neither on nor off names a program', {
        hint: 'give on, off or both: a list of the program and its arguments',
        facts: { option: 'on' },
      });
  }

  async turn(position: SwitchPosition, signal: AbortSignal): Promise<void> {
    const words = wordsOf(this.#values, position);
    if (words === undefined)
      throw refused(`no program is given that switches ${position}`, `give the setting ${position}`, {
        position,
      });
    await this.#run(position, words, signal);
  }

  async position(signal: AbortSignal): Promise<SwitchPosition | undefined> {
    const words = wordsOf(this.#values, 'position');
    if (words === undefined) return undefined;
    const { lastLine } = await this.#run('position', words, signal);
    const word = lastLine.toLowerCase();
    return word === 'on' || word === 'off' ? word : undefined;
  }

  /** None of its processes is left. */
  async close(): Promise<void> {
    const running = [...this.#running];
    for (const job of running) job.kill();
    await Promise.all(running.map(async ({ ended }) => await ended));
  }

  async #run(setting: string, argv: readonly string[], signal: AbortSignal): Promise<Ended> {
    if (signal.aborted)
      throw unavailable(`there was no time left for the program of ${setting}`, 'it is told again');
    const { user } = this.#values;
    const job = this.#processes.start({
      ...{ argv, cwd: '/', environment: { PATH: usualPath }, limits: {}, hasNetwork: true },
      ...(typeof user === 'string' && { user }),
      runKey: randomUUID(),
    });
    this.#running.add(job);
    const end = (): void => job.kill();
    signal.addEventListener('abort', end, { once: true });
    try {
      const ended: Ended = { ...(await job.ended), lastLine: lastLineOf(job.output()) };
      const failure = failureOf(setting, argv, ended, signal);
      if (failure !== undefined) throw failure;
      return ended;
    } finally {
      signal.removeEventListener('abort', end);
      this.#running.delete(job);
    }
  }
}

function wordsOf(values: OptionValues, setting: string): readonly string[] | undefined {
  const words = values[setting];
  return Array.isArray(words) && words.length > 0 ? words.map(String) : undefined;
}

function lastLineOf(output: string): string {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  return lines.findLast((line) => line !== '') ?? '';
}

/** Of the words only the program's name is told: others may be what nobody should read. */
function failureOf(
  setting: string,
  argv: readonly string[],
  { exitCode, signal: killedBy, problem, lastLine }: Ended,
  signal: AbortSignal,
): GatewayError | undefined {
  const [program = '', ...others] = argv;
  const what = `the program ${program} of ${setting}`;
  if (problem !== undefined)
    return refused(`${what} cannot be run: ${problem}`, `check the setting ${setting}, and who may run it`, {
      setting,
    });
  const said = saidByService(lastLine, others.filter(isLong));
  const words = said === '' ? '' : `: ${said}`;
  if (exitCode === 0) return undefined;
  if (notRunCodes.has(exitCode))
    return refused(
      `${what} ended with ${exitCode}${words}`,
      `check the setting ${setting}: something it names is not there`,
      {
        setting,
      },
    );
  const facts = { setting, ...(exitCode !== null && { exitCode }) };
  if (signal.aborted)
    return unavailable(`${what} did not end in time, and was ended`, 'let it hand over what takes long', {
      ...facts,
      isUnclear: true,
    });
  if (exitCode === null)
    return unavailable(`${what} was ended by ${killedBy ?? 'a signal'}${words}`, 'it is told again', {
      ...facts,
      isUnclear: true,
    });
  return unavailable(
    `${what} ended with ${exitCode}${words}`,
    'run it by hand, as the same user, to see why',
    { ...facts, ...(exitCode !== tryAgainCode && { isUnclear: true }) },
  );
}

/** Shorter arguments are options and names, and their masks would leave nothing to read. */
function isLong({ length }: string): boolean {
  return length >= 8;
}
