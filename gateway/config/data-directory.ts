import { defaultDataDirectory } from '../core/data-directory.ts';
import { processPlace } from './overrides.ts';
import type { CommandLine, Environment } from './overrides.ts';

/** The folder of the database and of all state, as told or by default. Errors: `data_dir_unusable`. */
export function dataDirectory(commandLine: CommandLine, environment: Environment): string {
  return processPlace('data-dir', commandLine, environment)?.value ?? defaultDataDirectory(environment);
}
