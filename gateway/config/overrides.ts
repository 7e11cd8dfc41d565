import type { Origin } from './origin.ts';
import { isMap } from '../core/is-map.ts';
import { settingPath, valueAt } from './path.ts';
import { processSettings } from './process-settings.ts';

/** Values of the command line by option, without dashes; options that are no settings are left alone. */
export type CommandLine = Readonly<Record<string, string | undefined>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that a face has changed, by dotted path: `{ 'site.name': 'Barn' }`. */
export type StoredSettings = Readonly<Record<string, unknown>>;

/** One value that does not stand in the file. */
export interface Override {
  readonly setting: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** What the process was started with, each setting once: the command line before the environment. */
export function processOverrides(commandLine: CommandLine, environment: Environment): readonly Override[] {
  const found: Override[] = [];
  for (const { option, variable, path, kind } of processSettings) {
    if (path === undefined) continue;
    const [text, origin] = given(commandLine[option])
      ? [commandLine[option], { kind: 'command_line', option } as const]
      : [environment[variable], { kind: 'environment', variable } as const];
    if (given(text))
      found.push({ setting: path, value: kind === 'integer' ? integerOf(text) : text, origin });
  }
  return found;
}

/** The path of a place that is given by option or variable: `config`, `data-dir`. Empty counts as not given. */
export function processPlace(
  option: 'config' | 'data-dir',
  commandLine: CommandLine,
  environment: Environment,
): { readonly value: string; readonly by: string } | undefined {
  const variable = option === 'config' ? 'EGW_CONFIG' : 'EGW_DATA_DIR';
  const [typed, exported] = [commandLine[option], environment[variable]];
  if (given(typed)) return { value: typed, by: `--${option}` };
  return given(exported) ? { value: exported, by: variable } : undefined;
}

/** The stored settings that neither the file nor the process overrides. */
export function storedOverrides(
  stored: StoredSettings,
  file: unknown,
  process: readonly Override[],
): readonly Override[] {
  return Object.entries(stored)
    .filter(([setting]) => valueAt(file, settingPath(setting)) === undefined)
    .filter(([setting]) => !process.some((override) => override.setting === setting))
    .map(([setting, value]) => ({ setting, value, origin: { kind: 'stored' } as const }));
}

/** Writes the values into the tree. Where a scalar stands in the way it stays, for the schema to refuse. */
export function applyOverrides(root: Record<string, unknown>, overrides: readonly Override[]): void {
  for (const { setting, value } of overrides) {
    const steps = setting.split('.');
    const key = steps.pop() ?? '';
    let map: unknown = root;
    for (const step of steps) {
      if (!isMap(map)) break;
      if (!Object.hasOwn(map, step)) map[step] = {};
      map = map[step];
    }
    if (isMap(map)) map[key] = structuredClone(value);
  }
}

/** Container files often export variables as empty: that is the same as not at all. */
function given(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** A text that is no integer stays text, for the schema to refuse by name. */
function integerOf(text: string): number | string {
  return /^-?[0-9]{1,15}$/.test(text.trim()) ? Number(text) : text;
}
