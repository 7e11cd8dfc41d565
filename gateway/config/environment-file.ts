import { join, resolve } from 'node:path';
import { describeError, errorCodeOf } from '../core/errors.ts';
import { dataDirectory } from './data-directory.ts';
import { parseDotenv, type DotenvEntry } from './dotenv.ts';
import type { CommandLine, Environment } from './overrides.ts';
import { isSecretName } from './redact.ts';

/** Variables of a file beside the configuration, under those of the process. */
export interface EnvironmentFile {
  readonly path: string;
  /** Lines for people: what in it is passed over, and who can read it. Never a value. */
  readonly warnings: readonly string[];
  /** The line that gives the variable; undefined where the process has it, or nobody. */
  lineOf(variable: string): number | undefined;
}

export interface LayeredEnvironment {
  readonly environment: Environment;
  readonly environmentFile: EnvironmentFile | undefined;
}

/** What the file is read with. */
export interface EnvironmentDisk {
  /** As `Disk` has it. */
  readText(path: string): string | undefined;
  /** The lowest nine bits of its mode. */
  modeOf(path: string): number | undefined;
}

/** Its name in the data directory. */
export const environmentFileName = '.env';

/**
 * The process's variables with those of the file in its data directory. One that cannot be read is said, and the rest
 * goes on without it; where there is no place for data there is no file.
 */
export function readEnvironmentFile(
  disk: EnvironmentDisk,
  commandLine: CommandLine,
  environment: Environment,
): LayeredEnvironment {
  const nothing: LayeredEnvironment = { environment, environmentFile: undefined };
  let path = environmentFileName;
  try {
    const directory = dataDirectory(commandLine, environment);
    path = join(directory, environmentFileName);
    const text = disk.readText(path);
    if (text === undefined) return nothing;
    return layEnvironmentFile({ path, text, mode: disk.modeOf(path) ?? 0 }, directory, environment);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    if (code === 'data_dir_unusable') return nothing;
    const warnings = [`nothing of ${path} is used: ${describeError(error)}`];
    return { environment, environmentFile: { path, warnings, lineOf: () => undefined } };
  }
}

/** It lies there, and so cannot say where that is. */
const placeVariables = ['EGW_DATA_DIR', 'DATA_DIR'];

/**
 * The process's variables, and under them those of the file. The data directory is the one given, whatever the file
 * says.
 * @param file its text, and who may read it: the mode's lowest nine bits
 */
export function layEnvironmentFile(
  file: { readonly path: string; readonly text: string; readonly mode: number },
  directory: string,
  process: Environment,
): LayeredEnvironment {
  const { entries, problems } = parseDotenv(file.text);
  const last = new Map(entries.map((entry) => [entry.name, entry]));
  const used = [...last.values()].filter(
    ({ name, value }) => value !== '' && (process[name] ?? '') === '' && !placeVariables.includes(name),
  );
  const lines = new Map(used.map(({ name, line }) => [name, line]));
  const given = Object.entries(process).filter(([name, text]) => text !== '' || !lines.has(name));
  return {
    environment: {
      ...Object.fromEntries(used.map(({ name, value }) => [name, value])),
      ...Object.fromEntries(given),
      EGW_DATA_DIR: directory,
    },
    environmentFile: {
      path: file.path,
      warnings: [
        ...problems.map(
          ({ line, name, message }) =>
            `${file.path} line ${line}${name === undefined ? '' : `: ${name}`} ${message}`,
        ),
        ...misplaced(file.path, directory, last),
        ...readByOthers(file, used),
      ],
      lineOf: (variable) => lines.get(variable),
    },
  };
}

function misplaced(
  path: string,
  directory: string,
  entries: ReadonlyMap<string, DotenvEntry>,
): readonly string[] {
  return placeVariables.flatMap((name) => {
    const entry = entries.get(name);
    if (entry === undefined || entry.value === '' || resolve(entry.value) === resolve(directory)) return [];
    return `${path} line ${entry.line}: ${name} has no effect here, where the file is looked for; give it in the environment, or as --data-dir`;
  });
}

function readByOthers(
  { path, mode }: { readonly path: string; readonly mode: number },
  used: readonly DotenvEntry[],
): readonly string[] {
  const secrets = used.filter(({ name }) => isSecretName(name)).map(({ name }) => name);
  if ((mode & 0o077) === 0 || secrets.length === 0) return [];
  return [
    `${path} can be read by others on this machine, and holds ${secrets.join(', ')}; run: chmod 600 ${path}`,
  ];
}
