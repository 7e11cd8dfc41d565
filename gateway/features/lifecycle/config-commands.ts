import { Type, type Static } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import {
  bindCommand,
  defineCommand,
  scopes,
  type BoundCommand,
  type CommandCall,
  type Scope,
} from '../command.ts';
import { closed, nullable } from '../schema.ts';

const explainedValue = closed({
  path: Type.String({ description: 'http.port' }),
  value: nullable(Type.String({ description: 'As text, secrets hidden' })),
  source: Type.String({
    description: 'Where it comes from: default, file line 12, env EGW_PORT, command line',
  }),
});

export type ExplainedValue = Static<typeof explainedValue>;

/** The configuration that runs, with secrets hidden; never waits but to change it. */
export interface ConfigPort {
  show(): Readonly<Record<string, unknown>>;
  explain(): { readonly values: readonly ExplainedValue[]; readonly warnings: readonly string[] };
  /** The JSON schema of the file. */
  schema(): Readonly<Record<string, unknown>>;
  /** Settings that were changed from a face, by dotted path, in force or not yet. Errors: `config_unreadable`. */
  settings(): Readonly<Record<string, unknown>>;
  /** Errors: `config_invalid config_pinned limit_reached config_unreadable data_dir_unusable`. */
  set(setting: string, value: unknown): Promise<unknown>;
  /** Whether it was there. Errors: `config_unreadable data_dir_unusable`. */
  unset(setting: string): boolean;
}

export interface ConfigPorts {
  readonly config: ConfigPort;
}

const anyObject = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true });

const configShow = defineCommand({
  id: 'config.show',
  summary: 'The configuration that runs, secrets hidden',
  scope: 'read',
  input: closed({}),
  output: anyObject,
  http: { method: 'GET', path: '/api/v1/config' },
  cli: { verb: 'config show' },
  run: ({ config }: ConfigPorts) => ({ ...config.show() }),
});

const configExplain = defineCommand({
  id: 'config.explain',
  summary: 'Where each value of the configuration comes from',
  scope: 'read',
  input: closed({}),
  output: closed({ warnings: Type.Array(Type.String()), values: Type.Array(explainedValue) }),
  http: { method: 'GET', path: '/api/v1/config/explain' },
  cli: { verb: 'config explain' },
  run: ({ config }: ConfigPorts) => {
    const { values, warnings } = config.explain();
    return { warnings: [...warnings], values: [...values] };
  },
});

const configSchema = defineCommand({
  id: 'config.schema',
  summary: 'The JSON schema of the configuration file',
  scope: 'read',
  input: closed({}),
  output: anyObject,
  http: { method: 'GET', path: '/api/v1/config/schema' },
  run: ({ config }: ConfigPorts) => ({ ...config.schema() }),
});

const settingName = Type.String({
  description: 'Dotted path: site.name',
  pattern: '^[a-z][A-Za-z0-9]*(\\.[A-Za-z0-9-]+)*$',
  maxLength: 200,
});
const anyValue = Type.Unsafe<unknown>({ description: 'As in the file; a text may hold it as JSON' });
/** Who may come in and be spoken to, where data go, who is told what, what is run to switch, who the cloud is, which clock is believed. */
const closedToCloud = [
  ...['alerts', 'cloud', 'discord', 'http', 'identity', 'members', 'network', 'notifiers', 'sinks'],
  ...['provisioning', 'site.clock', 'switches', 'uplinks'],
];

/**
 * A cloud's root key gives whatever scope it wants, to whomever it wants; a switch may be a program that is run, and so
 * may the light; and who knows the set-up code is given all that pairing gives.
 */
const scopesNeeded: ReadonlyMap<string, readonly Scope[]> = new Map<string, readonly Scope[]>([
  ['cloud', scopes],
  ['provisioning', ['read', 'control', 'jobs:run', 'provision']],
  ['switches', ['jobs:run']],
]);

const configSettings = defineCommand({
  id: 'config.settings',
  summary: 'Settings that were changed from a face, in force or from the next start on',
  scope: 'read',
  input: closed({}),
  output: closed({ settings: Type.Array(closed({ setting: Type.String(), value: anyValue })) }),
  http: { method: 'GET', path: '/api/v1/config/settings' },
  cli: { verb: 'config settings', list: 'settings' },
  run: ({ config }: ConfigPorts) => ({
    settings: Object.entries(config.settings()).map(([setting, value]) => ({ setting, value })),
  }),
});

const configSet = defineCommand({
  id: 'config.set',
  summary: 'Change a setting that neither file nor environment gives; in force from the next start on',
  scope: 'admin',
  input: closed({ setting: settingName, value: anyValue }),
  output: closed({ setting: Type.String(), value: anyValue, isRestartNeeded: Type.Boolean() }),
  http: { method: 'PUT', path: '/api/v1/config/settings/:setting' },
  cli: { verb: 'config set', positionals: ['setting', 'value'] },
  run: async ({ config }: ConfigPorts, { setting, value }, call) => {
    assertMayChange(setting, call);
    return { setting, value: await config.set(setting, value), isRestartNeeded: true };
  },
});

const configUnset = defineCommand({
  id: 'config.unset',
  summary: 'Take a changed setting back: its default holds again from the next start on',
  scope: 'admin',
  input: closed({ setting: settingName }),
  output: closed({ setting: Type.String(), isRestartNeeded: Type.Boolean() }),
  http: { method: 'DELETE', path: '/api/v1/config/settings/:setting' },
  cli: { verb: 'config unset', positionals: ['setting'] },
  run: ({ config }: ConfigPorts, { setting }, call) => {
    assertMayChange(setting, call);
    if (config.unset(setting)) return { setting, isRestartNeeded: true };
    throw new GatewayError('not_found', `${setting} was not changed from a face`, {
      hint: 'egw config settings lists those that were; egw config explain says where each value comes from',
    });
  },
});

/** Errors: `forbidden`. */
function assertMayChange(setting: string, { principal }: CommandCall): void {
  const [section = ''] = setting.split('.');
  const isClosed = closedToCloud.some(
    (closedOne) => isWithin(setting, closedOne) || isWithin(closedOne, setting),
  );
  if (principal.kind === 'cloud' && isClosed) {
    throw new GatewayError('forbidden', `the cloud may not change ${setting}`, {
      hint: 'change it at the gateway itself',
    });
  }
  const missing = (scopesNeeded.get(section) ?? []).filter((scope) => !principal.scopes.has(scope));
  if (missing.length === 0) return;
  throw new GatewayError(
    'forbidden',
    `nobody can change ${setting} who does not have ${missing.join(', ')}`,
    {
      hint: 'change it on the gateway itself, or with a token that has these scopes',
    },
  );
}

export const configCommands = [
  configShow,
  configExplain,
  configSchema,
  configSettings,
  configSet,
  configUnset,
] as const;

/** The commands about the configuration with what they need. */
export function bindConfigCommands(ports: ConfigPorts): readonly BoundCommand[] {
  return [
    bindCommand(configShow, ports),
    bindCommand(configExplain, ports),
    bindCommand(configSchema, ports),
    bindCommand(configSettings, ports),
    bindCommand(configSet, ports),
    bindCommand(configUnset, ports),
  ];
}

function isWithin(setting: string, place: string): boolean {
  return setting === place || setting.startsWith(`${place}.`);
}
