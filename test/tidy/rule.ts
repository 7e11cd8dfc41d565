import { parseSource, type SourceFile } from './source-file.ts';

/** What a rule found: where, and what is wrong there. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** A bad example that the rule must find: a rule that cannot fail checks nothing. */
export interface Canary {
  /** Path and text of each file. */
  readonly files: Readonly<Record<string, string>>;
  /** The findings, as `path:line`. */
  readonly finds: readonly string[];
}

export interface Rule {
  /** A sentence: what holds. */
  readonly title: string;
  check(files: readonly SourceFile[]): Finding[];
  readonly canaries: readonly Canary[];
}

/** What a canary's findings are, as its `finds` writes them. */
export function findingsOfCanary(rule: Rule, canary: Canary): string[] {
  const files = Object.entries(canary.files).map(([path, text]) => parseSource(path, text));
  return rule.check(files).map(({ path, line }) => `${path}:${line}`);
}

/** Whether the path is one of these files, or in one of these folders (written with a slash at the end). */
export function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}
