import { Type } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';
import { durationPattern, parseDurationMs } from '../../core/duration.ts';

export interface AllowedProgram {
  /** Absolute. */
  readonly program: string;
  /** One pattern an argument; `**` as the last stands for all that follow. */
  readonly arguments: readonly string[];
  /** Hex, of its file, when a job is added. */
  readonly sha256?: string;
  /** Where it runs, whatever is asked for; absent: in the directory of jobs. */
  readonly cwd?: string;
  /** Names of variables that may come with it. */
  readonly environment: readonly string[];
}

/** What others than the owner may have run. */
export interface AllowList {
  /** For `sh -c`, character by character. */
  readonly lines: readonly string[];
  readonly programs: readonly AllowedProgram[];
}

export interface SpoolSettings {
  /** undefined: watched where the directory is there already. */
  readonly enabled: boolean | undefined;
  /** Absolute; undefined: where electricity_usage has it. */
  readonly directory: string | undefined;
  /** Whether a `*.txt` in it stops the gateway. */
  readonly stopToken: boolean;
}

/** The configuration of jobs, in force. */
export interface JobsSettings {
  /** So many run at once. */
  readonly parallel: number;
  /** Between SIGTERM and SIGKILL. */
  readonly stopMs: number;
  /** What a job draws that does not say. */
  readonly powerWatts: number;
  /** Absolute; undefined: where the gateway was started. */
  readonly directory: string | undefined;
  /** undefined: that of the gateway, or nobody where that is root. */
  readonly user: string | undefined;
  readonly sandbox: 'auto' | 'required' | 'off';
  /** Names of variables of the gateway's own environment that jobs get. */
  readonly environment: readonly string[];
  readonly remoteCommands: 'allow-list' | 'any';
  readonly allow: AllowList;
  readonly keepMs: number;
  /** Outputs of runs that are kept. */
  readonly outputsMax: number;
  /** Of a job that names none; undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
  readonly spool: SpoolSettings;
}

const absolutePath = { pattern: '^/', maxLength: 4_096 } as const;

const variableNames = (description: string): ReturnType<typeof Type.Array> =>
  Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 128 }), {
    description,
    maxItems: 64,
    uniqueItems: true,
    default: [],
  });

const allowedProgram = Type.Object(
  {
    program: Type.String({ description: 'Absolute path of the program.', ...absolutePath }),
    arguments: Type.Array(Type.String({ maxLength: 1_000 }), {
      description:
        'One pattern an argument: * stands for any characters but /, and ** as the last for all arguments that follow.',
      maxItems: 64,
      default: [],
    }),
    sha256: Type.Optional(
      Type.String({
        description: 'SHA-256 of its file, which it must have when a job is added.',
        pattern: '^[0-9a-fA-F]{64}$',
      }),
    ),
    cwd: Type.Optional(
      Type.String({ description: 'Absolute path of the folder that it runs in.', ...absolutePath }),
    ),
    environment: variableNames('Names of variables that may be given with it.'),
  },
  { description: 'A program that others may have run.', required: ['program'], additionalProperties: false },
);

const allow = Type.Object(
  {
    lines: Type.Array(
      Type.String({ description: 'A command line for sh -c, exactly.', minLength: 1, maxLength: 4_096 }),
      {
        description: 'Command lines for sh -c that others may have run, exactly as they stand here.',
        maxItems: 256,
        default: [],
      },
    ),
    programs: Type.Array(allowedProgram, {
      description: 'Programs that others may have run.',
      maxItems: 256,
      default: [],
    }),
  },
  {
    description: 'What may be run by those who do not sit at the gateway.',
    additionalProperties: false,
    default: {},
  },
);

const spool = Type.Object(
  {
    enabled: Type.Optional(
      Type.Boolean({
        description: 'Takes jobs from files, as electricity_usage does. Default: when the folder is there.',
      }),
    ),
    directory: Type.Optional(
      Type.String({
        description: 'Absolute path of the folder. Default: where electricity_usage has it.',
        ...absolutePath,
      }),
    ),
    stopToken: Type.Boolean({
      description: 'Whether a file *.txt in it stops the gateway, as it stopped electricity_usage.',
      default: false,
    }),
  },
  { description: 'Jobs that come as files.', additionalProperties: false, default: {} },
);

export const jobsSection: ConfigSection = {
  key: 'jobs',
  warnings: (section) => {
    const { remoteCommands, sandbox } = jobsSettings(section);
    const any =
      'jobs.remoteCommands is any: whoever has the scope jobs:run can have anything run from elsewhere';
    const off =
      'jobs.sandbox is off: jobs can read and change what their user can, the gateway’s data with it';
    return [...(remoteCommands === 'any' ? [any] : []), ...(sandbox === 'off' ? [off] : [])];
  },
  schema: Type.Object(
    {
      parallel: Type.Integer({
        description:
          'So many run at once; one that would start too late because of that starts all the same.',
        minimum: 1,
        maximum: 64,
        default: 2,
      }),
      stopSeconds: Type.Number({
        description: 'Seconds between asking a job to end (SIGTERM) and making it (SIGKILL).',
        minimum: 0,
        maximum: 3,
        default: 2,
      }),
      powerWatts: Type.Number({
        description: 'What a job draws that does not say, in watts.',
        exclusiveMinimum: 0,
        maximum: 1_000_000,
        default: 100,
      }),
      directory: Type.Optional(
        Type.String({
          description:
            'Absolute path of the folder that jobs run in. Default: where the gateway was started, or / if they cannot.',
          ...absolutePath,
        }),
      ),
      user: Type.Optional(
        Type.String({
          description:
            'Who runs them, a name or a number. Default: the user of the gateway; of root, nobody.',
          pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$',
          maxLength: 64,
        }),
      ),
      sandbox: Type.Enum(['auto', 'required', 'off'], {
        description:
          'auto: namespaces where the host has them; required: no job without; off: a group of processes and limits.',
        default: 'auto',
      }),
      environment: variableNames('Names of variables of the gateway’s own environment that jobs get.'),
      remoteCommands: Type.Enum(['allow-list', 'any'], {
        description: 'What those with the scope jobs:run may run who do not sit at the gateway.',
        default: 'allow-list',
      }),
      allow,
      keepDays: Type.Integer({
        description: 'Days that a job is kept after its end.',
        minimum: 1,
        maximum: 3_650,
        default: 90,
      }),
      keepOutputs: Type.Integer({
        description: 'Outputs of runs that are kept: the newest.',
        minimum: 0,
        maximum: 10_000,
        default: 200,
      }),
      timeout: Type.Optional(
        Type.String({
          description:
            'How long a run may take that does not say, such as 12h. Default: as long as it takes.',
          pattern: durationPattern,
        }),
      ),
      spool,
    },
    {
      description: 'Work that is run when power is clean, cheap or our own.',
      additionalProperties: false,
    },
  ),
};

interface WrittenJobs extends Omit<JobsSettings, 'stopMs' | 'keepMs' | 'outputsMax' | 'timeoutMs'> {
  readonly stopSeconds: number;
  readonly keepDays: number;
  readonly keepOutputs: number;
  readonly timeout: string | undefined;
}

/** As the schema fills them in. */
const defaults: WrittenJobs = {
  parallel: 2,
  stopSeconds: 2,
  powerWatts: 100,
  directory: undefined,
  user: undefined,
  sandbox: 'auto',
  environment: [],
  remoteCommands: 'allow-list',
  allow: { lines: [], programs: [] },
  keepDays: 90,
  keepOutputs: 200,
  timeout: undefined,
  spool: { enabled: undefined, directory: undefined, stopToken: false },
};

/** Of a section that has passed the schema; the defaults where there is none. */
export function jobsSettings(section: unknown): JobsSettings {
  const written: WrittenJobs = { ...defaults, ...(section as Partial<WrittenJobs> | undefined) };
  const { stopSeconds, keepDays, keepOutputs, timeout, ...rest } = written;
  const timeoutMs = parseDurationMs(timeout ?? '');
  return {
    ...rest,
    spool: { ...defaults.spool, ...rest.spool },
    stopMs: stopSeconds * 1_000,
    keepMs: keepDays * 86_400_000,
    outputsMax: keepOutputs,
    timeoutMs: timeoutMs === 0 ? undefined : timeoutMs,
  };
}
