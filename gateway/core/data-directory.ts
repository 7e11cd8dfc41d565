import { GatewayError } from './errors.ts';

/**
 * Where data is kept when EGW_DATA_DIR does not say: in DATA_DIR, as the logger mesura calls it; else where the XDG Base Directory Specification (0.8) puts a program's
 * state, which ignores paths that are not absolute. Errors: `data_dir_unusable` when there is no home either.
 */
export function defaultDataDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const { DATA_DIR: data = '', XDG_STATE_HOME: state, HOME: home } = environment;
  if (data !== '') return data;
  if (state?.startsWith('/') === true) return `${withoutLastSlash(state)}/egw`;
  if (home?.startsWith('/') === true) return `${withoutLastSlash(home)}/.local/state/egw`;
  throw new GatewayError(
    'data_dir_unusable',
    'there is no place for data: neither EGW_DATA_DIR nor HOME is set',
    { hint: 'set EGW_DATA_DIR to a folder that the gateway may write to' },
  );
}

function withoutLastSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
