import { isAbsolute, join } from 'node:path';
import { GatewayError } from '../core/errors.ts';
import { processPlace } from './overrides.ts';
import type { CommandLine, Environment } from './overrides.ts';

/**
 * The folder of the database and of all state: as told, or where the XDG Base Directory Specification (0.8)
 * puts a program's state. Errors: `data_dir_unusable` when there is no home to derive it from.
 */
export function dataDirectory(commandLine: CommandLine, environment: Environment): string {
  const told = processPlace('data-dir', commandLine, environment);
  if (told !== undefined) return told.value;
  const [state, home] = [environment['XDG_STATE_HOME'], environment['HOME']];
  if (state !== undefined && isAbsolute(state)) return join(state, 'egw');
  if (home !== undefined && isAbsolute(home)) return join(home, '.local', 'state', 'egw');
  throw new GatewayError(
    'data_dir_unusable',
    'there is no place for data: neither EGW_DATA_DIR nor HOME is set',
    {
      hint: 'set EGW_DATA_DIR to a folder that the gateway may write to',
    },
  );
}
