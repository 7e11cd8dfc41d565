import { join } from 'node:path';
import type { Disk } from '../core/disk.ts';
import { GatewayError } from '../core/errors.ts';
import { dataDirectory } from './data-directory.ts';
import { interpretConfig } from './interpret.ts';
import type { ConfigInputs, LoadedConfig } from './interpret.ts';
import { processPlace } from './overrides.ts';
import type { CommandLine, Environment } from './overrides.ts';
import { ConfigInvalidError } from './problem.ts';

/** What a configuration is loaded from. The zone is the machine's own unless said. */
export interface LoadOptions extends Omit<ConfigInputs, 'systemZone'> {
  readonly disk: Disk;
  readonly systemZone?: string;
}

/** Where the one file is: as told, or `egw.yaml` in the data directory. */
export function configPath(commandLine: CommandLine, environment: Environment): string {
  const named = processPlace('config', commandLine, environment);
  return named?.value ?? join(dataDirectory(commandLine, environment), 'egw.yaml');
}

/** The file's text now. There being none is fine at the default place. Errors: `config_unreadable`. */
export function readConfigText(
  disk: Disk,
  commandLine: CommandLine,
  environment: Environment,
): string | undefined {
  const path = configPath(commandLine, environment);
  const text = disk.readText(path);
  const named = processPlace('config', commandLine, environment);
  if (text === undefined && named !== undefined) {
    throw new GatewayError('config_unreadable', `there is no file ${path}, which ${named.by} names`, {
      hint: `make the file, or correct ${named.by}`,
      facts: { file: path },
    });
  }
  return text;
}

/**
 * Loads the configuration as it stands. Sources in their order: command line, environment, file, stored
 * settings, defaults. Errors: `config_unreadable`; `config_invalid`, a `ConfigInvalidError` with every problem.
 */
export async function loadConfiguration(options: LoadOptions): Promise<LoadedConfig> {
  const text = readConfigText(options.disk, options.commandLine, options.environment);
  return await loadText(text, configPath(options.commandLine, options.environment), options);
}

/** The same of a text that was read before. */
export async function loadText(
  text: string | undefined,
  path: string,
  options: LoadOptions,
): Promise<LoadedConfig> {
  const { loaded, problems } = await interpretConfig(text, path, withZone(options));
  if (loaded === undefined) throw new ConfigInvalidError(path, problems);
  return loaded;
}

function withZone(options: LoadOptions): ConfigInputs {
  return {
    ...options,
    systemZone: options.systemZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
