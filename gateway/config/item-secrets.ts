import { commonKeys, kindSectionKeys, type ItemKind, type ItemKinds } from './kind-section.ts';
import type { ConfigPath } from './path.ts';
import { isMap } from '../core/is-map.ts';
import { valueAt } from './path.ts';
import { isSecretName } from './redact.ts';
import type { ConfigSection } from './section.ts';

/** Whether the value at a path must never be shown. */
export type IsSecretPath = (path: ConfigPath) => boolean;

/** Of whom secrets are known. */
interface SecretRules {
  readonly kinds: ItemKinds;
  readonly sections: readonly Pick<ConfigSection, 'key' | 'secretKeys'>[];
}

/**
 * By the name of a key, and of sources and sinks by what their kinds say. What no kind knows may be a secret with a
 * slip in its name, and so may an option that is one for another kind.
 */
export function secretPaths({ kinds, sections }: SecretRules): IsSecretPath {
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
    if (sections.some((section) => section.key === key && section.secretKeys?.includes(String(path[1]))))
      return true;
    const shown = open.get(key);
    return shown !== undefined && typeof option === 'string' && !shown.has(option);
  };
}

/** The secret texts of items and sections, to be hidden wherever they turn up. */
export function secretsIn(root: unknown, { kinds, sections }: SecretRules): readonly string[] {
  return [...itemSecrets(root, kinds), ...sections.flatMap((section) => sectionSecrets(root, section))];
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
function sectionSecrets(
  root: unknown,
  { key, secretKeys }: SecretRules['sections'][number],
): readonly string[] {
  const section = valueAt(root, [key]);
  if (!isMap(section)) return [];
  return Object.entries(section).flatMap(([name, value]) =>
    (isSecretName(name) || secretKeys?.includes(name) === true) && typeof value === 'string' ? [value] : [],
  );
}

function secretOptions(kinds: readonly ItemKind[]): ReadonlySet<string> {
  const fields = kinds.flatMap(({ options }) => Object.entries(options));
  return new Set(fields.filter(([, field]) => field.isSecret).map(([name]) => name));
}
