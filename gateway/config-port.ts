import { explainConfig } from './config/explain-config.ts';
import type { LoadedConfig } from './config/interpret.ts';
import type { SettingRegister } from './config/stored-settings.ts';
import { showConfig } from './config/show-config.ts';
import type { ConfigPort } from './features/lifecycle/config-commands.ts';

/** The configuration that was loaded, as commands show and change it. */
export function configPortOf(
  loaded: LoadedConfig,
  register: SettingRegister,
  schema: () => Readonly<Record<string, unknown>>,
): ConfigPort {
  return {
    show: () => showConfig(loaded) as Readonly<Record<string, unknown>>,
    explain: () => {
      const { values, warnings, quarantined } = explainConfig(loaded);
      return {
        values: values.map(({ path, value, source }) => ({ path, value: textOf(value), source })),
        warnings: [...warnings, ...quarantined],
      };
    },
    schema,
    settings: () => register.list(),
    set: async (setting, value) => await register.set(setting, value),
    unset: (setting) => register.unset(setting),
  };
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
