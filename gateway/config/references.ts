import { isMap } from '../core/is-map.ts';
import type { ConfigPath } from './path.ts';
import type { ConfigProblem } from './problem.ts';

/** Values of the environment that a file refers to. */
export interface ResolvedReferences {
  /** A copy of the input, with every `${env:NAME}` replaced. */
  readonly value: unknown;
  /** What stood at each path that had a reference, by formatted JSON of the path. */
  readonly texts: ReadonlyMap<string, string>;
  /** The environment's values that were put in: secrets. */
  readonly secrets: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
}

const reference = /\$\{env:([^}]*)\}/g;
const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Deeper than any configuration; anchors that hold themselves end here. */
const depthMax = 24;

/**
 * Replaces `${env:NAME}` in every text by the environment's value. The result is always text. A variable
 * that is not set is a problem at its path, and its text stays.
 */
export function resolveReferences(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  lineOf: (path: ConfigPath) => number | undefined,
): ResolvedReferences {
  const texts = new Map<string, string>();
  const secrets = new Set<string>();
  const problems: ConfigProblem[] = [];
  const report = (path: ConfigPath, message: string, hint: string): void => {
    const line = lineOf(path);
    problems.push({ path, where: line === undefined ? undefined : `line ${line}`, message, hint });
  };
  const resolveText = (text: string, path: ConfigPath): string =>
    text.replaceAll(reference, (whole, name: string) => {
      texts.set(JSON.stringify(path), text);
      const found =
        environmentName.test(name) && Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (found === undefined) {
        report(
          path,
          `refers to the environment variable ${JSON.stringify(name)}, which is not set`,
          'set it, or write the value here',
        );
        return whole;
      }
      secrets.add(found);
      return found;
    });
  const copy = (item: unknown, path: ConfigPath): unknown => {
    if (typeof item === 'string') return resolveText(item, path);
    if (!Array.isArray(item) && !isMap(item)) return item;
    if (path.length >= depthMax) {
      report(
        path.slice(0, 2),
        `is nested more than ${depthMax} levels deep`,
        'write it without anchors that hold themselves',
      );
      return undefined;
    }
    if (Array.isArray(item)) return item.map((child, index) => copy(child, [...path, index]));
    return Object.fromEntries(Object.entries(item).map(([key, child]) => [key, copy(child, [...path, key])]));
  };
  return { value: copy(value, []), texts, secrets, problems };
}
