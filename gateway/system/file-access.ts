import { statSync } from 'node:fs';

/** Who may use a file, and whether it is ours; undefined when there is none to be seen. */
export function fileAccess(path: string): { readonly mode: number; readonly isOurs: boolean } | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return { mode: found.mode & 0o777, isOurs: found.uid === (process.getuid?.() ?? found.uid) };
}
