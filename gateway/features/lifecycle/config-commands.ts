import { Type, type Static } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, nullable } from '../schema.ts';

const explainedValue = closed({
  path: Type.String({ description: 'http.port' }),
  value: nullable(Type.String({ description: 'As text, secrets hidden' })),
  source: Type.String({
    description: 'Where it comes from: default, file line 12, env EGW_PORT, command line',
  }),
});

export type ExplainedValue = Static<typeof explainedValue>;

/** The configuration that runs, with secrets hidden; never waits. */
export interface ConfigPort {
  show(): Readonly<Record<string, unknown>>;
  explain(): { readonly values: readonly ExplainedValue[]; readonly warnings: readonly string[] };
  /** The JSON schema of the file. */
  schema(): Readonly<Record<string, unknown>>;
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

export const configCommands = [configShow, configExplain, configSchema] as const;

/** The commands about the configuration with what they need. */
export function bindConfigCommands(ports: ConfigPorts): readonly BoundCommand[] {
  return [
    bindCommand(configShow, ports),
    bindCommand(configExplain, ports),
    bindCommand(configSchema, ports),
  ];
}
