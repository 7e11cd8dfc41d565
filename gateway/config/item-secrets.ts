import { commonKeys, kindSectionKeys, type ItemKind, type ItemKinds } from './kind-section.ts';
import type { ConfigPath } from './path.ts';
import { isMap, valueAt } from './path.ts';
import { isSecretName } from './redact.ts';

/** Whether the value at a path must never be shown. */
export type IsSecretPath = (path: ConfigPath) => boolean;

/**
 * By the name of a key, and of sources and sinks by what their kinds say. What no kind knows may be a secret with a
 * slip in its name, and so may an option that is one for another kind.
 */
export function secretPaths(kinds: ItemKinds): IsSecretPath {
  const open = new Map<unknown, ReadonlySet<string>>(
    kindSectionKeys.map((key) => {
      const secret = secretOptions(kinds[key]);
      const known = kinds[key].flatMap(({ options }) => Object.keys(options));
      return [key, new Set([...commonKeys, ...known.filter((name) => !secret.has(name))])];
    }),
  );
  return (path) => {
    const [key, , option] = path;
    if (path.some((step) => typeof step === 'string' && isSecretName(step))) return true;
    const shown = open.get(key);
    return shown !== undefined && typeof option === 'string' && !shown.has(option);
  };
}

/** The secret texts of items and sections, to be hidden wherever they turn up. */
export function secretsIn(
  root: unknown,
  { kinds, sections }: { readonly kinds: ItemKinds; readonly sections: readonly { readonly key: string }[] },
): readonly string[] {
  return [...itemSecrets(root, kinds), ...sections.flatMap(({ key }) => sectionSecrets(root, key))];
}

function itemSecrets(root: unknown, kinds: ItemKinds): readonly string[] {
  return kindSectionKeys.flatMap((key) => {
    const secret = secretOptions(kinds[key]);
    const items = valueAt(root, [key]);
    if (!Array.isArray(items)) return [];
    return items.filter(isMap).flatMap((item) =>
      Object.entries(item)
        .filter(([option]) => secret.has(option) || isSecretName(option))
        .flatMap(([, value]): readonly unknown[] => (Array.isArray(value) ? value : [value]))
        .filter((value) => typeof value === 'string'),
    );
  });
}

/** Of one that is a map, such as the bot's token. */
function sectionSecrets(root: unknown, key: string): readonly string[] {
  const section = valueAt(root, [key]);
  if (!isMap(section)) return [];
  return Object.entries(section).flatMap(([name, value]) =>
    isSecretName(name) && typeof value === 'string' ? [value] : [],
  );
}

function secretOptions(kinds: readonly ItemKind[]): ReadonlySet<string> {
  const fields = kinds.flatMap(({ options }) => Object.entries(options));
  return new Set(fields.filter(([, field]) => field.isSecret).map(([name]) => name));
}
