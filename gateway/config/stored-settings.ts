import { join } from 'node:path';
import type { Disk } from '../core/disk.ts';
import { describeError, GatewayError } from '../core/errors.ts';
import { interpretConfig, type ConfigInputs, type LoadedConfig } from './interpret.ts';
import { kindSectionKeys } from './kind-section.ts';
import { assertNotPinned } from './origin.ts';
import type { StoredSettings } from './overrides.ts';
import { isMap } from '../core/is-map.ts';
import { forEachLeaf, settingPath, valueAt } from './path.ts';
import { ConfigInvalidError, formatProblem, type ConfigProblem } from './problem.ts';

const formatVersion = 1;
/** Far more than there are settings. */
const settingsMax = 200;

/** Settings that were changed from a face: one file in the data directory, always whole, 0600. */
export interface StoredSettingFile {
  /** By dotted path. Errors: `config_unreadable`. */
  read(): StoredSettings;
  /** Errors: `data_dir_unusable`. */
  write(settings: StoredSettings): void;
}

export function createStoredSettingFile(disk: Disk, dataDirectory: string): StoredSettingFile {
  const path = join(dataDirectory, 'stored-settings.json');
  return {
    read: () => {
      const text = disk.readText(path);
      if (text === undefined) return {};
      try {
        const stored: unknown = JSON.parse(text);
        if (isMap(stored) && stored['formatVersion'] === formatVersion && isMap(stored['settings']))
          return stored['settings'];
      } catch (cause) {
        throw unreadable(path, describeError(cause));
      }
      throw unreadable(path, 'it is of another version');
    },
    write: (settings) => disk.writeText(path, `${JSON.stringify({ formatVersion, settings })}\n`),
  };
}

/** Settings as faces change them: kept from now on, in force from the next start on. */
export interface SettingRegister {
  /** What is kept, whether it is in force yet or not; no secret is among it. Errors: `config_unreadable`. */
  list(): StoredSettings;
  /**
   * Checks it exactly as the file would be, and keeps it. A text that is no value of the setting, but the JSON of
   * one, is taken for that. Secrets are refused: they belong into the environment. Errors: `config_invalid`, a `ConfigInvalidError` with every problem; `config_pinned`;
   * `limit_reached`; `config_unreadable`; `data_dir_unusable`.
   */
  set(setting: string, value: unknown): Promise<unknown>;
  /** Whether it was kept. Errors: `config_unreadable`, `data_dir_unusable`. */
  unset(setting: string): boolean;
}

/** @param loaded the configuration that runs */
export function createSettingRegister(
  file: StoredSettingFile,
  loaded: LoadedConfig,
  inputs: ConfigInputs,
): SettingRegister {
  return {
    list: () => file.read(),
    set: async (setting, value) => {
      assertNotPinned(loaded.sources, setting);
      const stored = file.read();
      if (!Object.hasOwn(stored, setting) && Object.keys(stored).length >= settingsMax)
        throw new GatewayError('limit_reached', `${settingsMax} settings are kept, the most there can be`, {
          hint: 'take back those that are as the default is: egw config unset SETTING',
        });
      // What it replaces as a whole must not be put into it again.
      const others = Object.fromEntries(
        Object.entries(stored).filter(([name]) => !name.startsWith(`${setting}.`)),
      );
      const taken = await checkedValue({ setting, value, stored: others, inputs });
      file.write({ ...others, [setting]: taken });
      return taken;
    },
    unset: (setting) => {
      const { [setting]: before, ...others } = file.read();
      if (before === undefined) return false;
      file.write(others);
      return true;
    },
  };
}

interface Candidate {
  readonly setting: string;
  readonly value: unknown;
  readonly stored: StoredSettings;
  readonly inputs: ConfigInputs;
}

/** The value, or what its text says as JSON. */
async function checkedValue(candidate: Candidate): Promise<unknown> {
  const problems = await problemsOf(candidate);
  if (problems.length === 0) return candidate.value;
  const spoken = typeof candidate.value === 'string' ? valueOfText(candidate.value) : undefined;
  if (spoken === undefined) throw new ConfigInvalidError(candidate.setting, problems);
  const again = await problemsOf({ ...candidate, value: spoken });
  if (again.length > 0) throw new ConfigInvalidError(candidate.setting, again);
  return spoken;
}

function valueOfText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of a file with all stored settings, but what is wrong with the others already. */
async function problemsOf({ setting, value, stored, inputs }: Candidate): Promise<readonly ConfigProblem[]> {
  const before = await problemsOfTree(treeOf(stored), setting, inputs);
  const known = new Set(before.map(formatProblem));
  const found = await problemsOfTree(treeOf({ ...stored, [setting]: value }), setting, inputs);
  return found.filter((problem) => !known.has(formatProblem(problem)));
}

async function problemsOfTree(
  tree: Readonly<Record<string, unknown>>,
  setting: string,
  inputs: ConfigInputs,
): Promise<readonly ConfigProblem[]> {
  const alone = { ...inputs, addedDevices: [], commandLine: {}, environment: {}, storedSettings: {} };
  const { loaded, problems = [] } = await interpretConfig(JSON.stringify(tree), setting, alone);
  const found =
    loaded === undefined
      ? problems
      : [...kindSectionKeys.flatMap((key) => problemsIn(loaded, key)), ...secretsIn(loaded, setting)];
  // Its lines are those of no file.
  return found.map((problem) => ({ ...problem, where: undefined }));
}

function problemsIn(loaded: LoadedConfig, key: (typeof kindSectionKeys)[number]): readonly ConfigProblem[] {
  const quarantined = {
    sources: loaded.quarantinedSources,
    sinks: loaded.quarantinedSinks,
    uplinks: loaded.quarantinedUplinks,
    notifiers: loaded.quarantinedNotifiers,
    switches: loaded.quarantinedSwitches,
  };
  return quarantined[key].flatMap(({ problems }) => problems);
}

/** Settings are shown and sent to clouds. */
function secretsIn({ effective, isSecret }: LoadedConfig, setting: string): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const top = settingPath(setting);
  forEachLeaf(
    valueAt(effective, top),
    (path, leaf) => {
      if (leaf === undefined || leaf === null || !isSecret(path)) return;
      problems.push({
        path,
        where: undefined,
        message: 'is a secret, and is not kept among the settings',
        hint: 'put it into the file .env or the environment',
      });
    },
    top,
  );
  return problems;
}

function treeOf(settings: StoredSettings): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [setting, value] of Object.entries(settings)) place(tree, setting, value);
  return tree;
}

function place(tree: Record<string, unknown>, setting: string, value: unknown): void {
  const steps = setting.split('.');
  const last = steps.pop() ?? '';
  let at = tree;
  for (const step of steps) {
    const inner = Object.hasOwn(at, step) && isMap(at[step]) ? at[step] : {};
    Object.defineProperty(at, step, { value: inner, enumerable: true, writable: true, configurable: true });
    at = inner;
  }
  Object.defineProperty(at, last, { value, enumerable: true, writable: true, configurable: true });
}

function unreadable(path: string, why: string): GatewayError {
  return new GatewayError('config_unreadable', `${path} cannot be read: ${why}`, {
    hint: 'move the file away and make its settings again; all others hold without it',
    facts: { file: path },
  });
}
