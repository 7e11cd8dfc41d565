// Made by scripts/make-client.mjs from what the commands declare.
interface ConfigSetInput {
  /** Dotted path: site.name */
  setting: string;
  /** As in the file; a text may hold it as JSON */
  value: {
    [k: string]: unknown;
  };
}

interface ConfigSetOutput {
  setting: string;
  /** As in the file; a text may hold it as JSON */
  value: {
    [k: string]: unknown;
  };
  isRestartNeeded: boolean;
}

interface ConfigUnsetInput {
  /** Dotted path: site.name */
  setting: string;
}

interface ConfigUnsetOutput {
  setting: string;
  isRestartNeeded: boolean;
}

export interface ConfigChangesOperations {
  /** Change a setting that neither file nor environment gives; in force from the next start on. Needs the scope admin. */
  'config.set': { input: ConfigSetInput; output: ConfigSetOutput };
  /** Take a changed setting back: its default holds again from the next start on. Needs the scope admin. */
  'config.unset': { input: ConfigUnsetInput; output: ConfigUnsetOutput };
}
