import { parseArgs } from 'node:util';
import { processSettings } from './config/process-settings.ts';
import { describeError, GatewayError } from './core/errors.ts';
import { assertGridZone } from './grid-keeping.ts';

type Settings = Readonly<Record<string, string | undefined>>;

/** The key of Electricity Maps, as electricity_usage takes it and as its users have it in their environment. */
const gridToken = { options: ['em-auth-token', 'em_auth_token'], variable: 'EM_API_KEY' } as const;

/** What the gateway was started with. Errors: `command_unknown`, `zone_unknown`. */
export function readStartOptions(argv: readonly string[]): {
  /** By option, without its dashes. */
  readonly settings: Settings;
  /** What counts as if it stood in the environment: secrets, which are no settings. */
  readonly variables: Settings;
} {
  const names = [...processSettings.map(({ option }) => option), ...gridToken.options];
  const values = parse(argv, names);
  const { 'em-auth-token': dashed, em_auth_token: token = dashed, ...settings } = values;
  if (settings['area'] !== undefined) assertGridZone(settings['area']);
  return { settings, variables: token === undefined ? {} : { [gridToken.variable]: token } };
}

function parse(argv: readonly string[], names: readonly string[]): Settings {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new GatewayError('command_unknown', describeError(cause), {
      hint: `the options are ${names.map((name) => `--${name}`).join(' ')}`,
      cause,
    });
  }
}
