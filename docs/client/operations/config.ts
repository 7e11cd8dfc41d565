// Made by scripts/make-client.mjs from what the commands declare.
type ConfigShowInput = Record<string, never>;

interface ConfigShowOutput {
  [k: string]: unknown;
}

type ConfigExplainInput = Record<string, never>;

interface ConfigExplainOutput {
  warnings: string[];
  values: {
    /** http.port */
    path: string;
    /** As text, secrets hidden */
    value: string | null;
    /** Where it comes from: default, file line 12, env EGW_PORT, command line */
    source: string;
  }[];
}

type ConfigSchemaInput = Record<string, never>;

interface ConfigSchemaOutput {
  [k: string]: unknown;
}

type ConfigSettingsInput = Record<string, never>;

interface ConfigSettingsOutput {
  settings: {
    setting: string;
    /** As in the file; a text may hold it as JSON */
    value: {
      [k: string]: unknown;
    };
  }[];
}

export interface ConfigOperations {
  /** The configuration that runs, secrets hidden. Needs the scope read. */
  'config.show': { input: ConfigShowInput; output: ConfigShowOutput };
  /** Where each value of the configuration comes from. Needs the scope read. */
  'config.explain': { input: ConfigExplainInput; output: ConfigExplainOutput };
  /** The JSON schema of the configuration file. Needs the scope read. */
  'config.schema': { input: ConfigSchemaInput; output: ConfigSchemaOutput };
  /** Settings that were changed from a face, in force or from the next start on. Needs the scope read. */
  'config.settings': { input: ConfigSettingsInput; output: ConfigSettingsOutput };
}
