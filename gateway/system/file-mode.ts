import { statSync } from 'node:fs';

/** Who may do what with a file: the lowest nine bits of its mode; undefined when there is none to be seen. */
export function fileMode(path: string): number | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  return mode === undefined ? undefined : mode & 0o777;
}
