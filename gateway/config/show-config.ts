import type { LoadedConfig } from './interpret.ts';
import { isMap } from '../core/is-map.ts';
import type { ConfigPath } from './path.ts';
import { createRedact, redacted } from './redact.ts';

/** What `egw config show` answers: the configuration in force with its defaults, without secrets. */
export function showConfig(loaded: LoadedConfig): unknown {
  const copy = (value: unknown, path: ConfigPath): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => copy(item, [...path, index]));
    if (isMap(value))
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, copy(item, [...path, key])]),
      );
    return showLeaf(loaded, path, value);
  };
  return copy(loaded.effective, []);
}

/**
 * A scalar as it may be shown. What the environment gave shows as it stands in the file, `${env:NAME}`; what
 * stands under a secret's name not at all.
 */
export function showLeaf(loaded: LoadedConfig, path: ConfigPath, value: unknown): unknown {
  const reference = loaded.references.get(JSON.stringify(path));
  const secret = loaded.isSecret(path);
  // A text such as `pass-${env:NAME}` holds a part of the secret in plain.
  if (secret && reference !== undefined && /^\$\{env:\w+\}$/.test(reference)) return reference;
  if (secret) return redacted;
  return createRedact(loaded.secrets)(reference ?? value);
}
