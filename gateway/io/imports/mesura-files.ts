import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import type { ImportOptions } from './import-format.ts';
import { pathKind } from './path-kind.ts';

/** All names that its versions gave their files (its combine-db and combine-csv), databases first: those have types. */
const names = [
  'monitor.db',
  'energy.db',
  'weather.db',
  'weatherdata.db',
  'evohome.db',
  'rooms.db',
  'energy.csv',
  'weather.csv',
  'weatherdata.csv',
  'evohome.csv',
  'rooms.csv',
  'temp.csv',
] as const;

export interface FoundFile {
  readonly name: string;
  readonly path: string;
}

/**
 * The files of mesura in a folder, or the one file. Links are followed within the folder only. Errors: `not_found`,
 * `input_invalid`, `forbidden`.
 */
export function findFiles(path: string, note: ImportOptions['note']): readonly FoundFile[] {
  const kind = pathKind(path, 'name the folder that mesura wrote to');
  if (kind.isFile()) return [{ name: basename(path), path }];
  if (!kind.isDirectory())
    throw new GatewayError('input_invalid', `${path} is neither a folder nor a file`, {
      hint: 'name the folder that mesura wrote to',
    });
  const found = names.filter((name) => existsSync(join(path, name)));
  noteOthers(path, note);
  const files = found.filter((name) => isReadable(path, name, note));
  if (files.length > 0) return files.map((name) => ({ name, path: join(path, name) }));
  const inside = join(path, 'data');
  throw new GatewayError('not_found', `${path} has no file of mesura`, {
    hint: existsSync(inside)
      ? `mesura writes into a folder data unless told otherwise: name ${inside}`
      : `mesura writes ${names.join(', ')}; name a file by itself when it is called otherwise`,
  });
}

function isReadable(folder: string, name: string, note: ImportOptions['note']): boolean {
  const path = join(folder, name);
  const isInside = realpathSync(path).startsWith(realpathSync(folder) + sep);
  if (lstatSync(path).isSymbolicLink() && !isInside)
    note({ file: name, reason: 'it is a link that leads out of the folder; name that file by itself' });
  else if (!statSync(path).isFile()) note({ file: name, reason: 'it is no plain file' });
  else return true;
  return false;
}

/** Somebody may have named his files himself. */
function noteOthers(folder: string, note: ImportOptions['note']): void {
  const isKnown = (name: string): boolean => (names as readonly string[]).includes(name);
  for (const name of readdirSync(folder)) {
    if (/\.(db|csv)$/i.test(name) && !isKnown(name))
      note({
        file: name,
        reason: 'mesura has no file of that name; name it by itself when it is one all the same',
      });
  }
}
