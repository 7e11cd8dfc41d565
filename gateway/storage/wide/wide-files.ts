import Sqlite from 'better-sqlite3';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { WideBatch, WidePlace, WideRefusal } from '../../core/wide-tables.ts';
import { WideFile } from './wide-file.ts';

/** The wide files that are open, by their paths. */
export class WideFiles {
  readonly #files = new Map<string, WideFile>();

  /** Errors: `sink_refused`, `sink_unavailable`, `disk_full`. */
  write(place: WidePlace, batch: WideBatch): readonly WideRefusal[] {
    try {
      let file = this.#files.get(place.path);
      if (file === undefined) this.#files.set(place.path, (file = new WideFile(place)));
      return file.write(batch);
    } catch (error) {
      this.close(place.path);
      throw wideFailure(error, place.path);
    }
  }

  close(path: string): void {
    const file = this.#files.get(path);
    this.#files.delete(path);
    file?.close();
  }

  closeAll(): void {
    for (const path of [...this.#files.keys()]) this.close(path);
  }
}

/** Without the system's code as a fact: it says nothing of the gateway's own database. */
function wideFailure(error: unknown, path: string): unknown {
  if (error instanceof GatewayError) return error;
  const { code } = error as { readonly code?: unknown };
  const known = typeof code === 'string' ? code : '';
  if (!(error instanceof Sqlite.SqliteError) && !/^E[A-Z]+$/.test(known)) return error;
  const message = `${path} cannot be written: ${describeError(error)}`;
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(known))
    return new GatewayError('disk_full', message, { hint: 'make room, or choose another path' });
  if (/^(SQLITE_BUSY|SQLITE_LOCKED|SQLITE_IOERR)/.test(known))
    return new GatewayError('sink_unavailable', message, {
      hint: 'it is tried again by itself; if it lasts, look for a program that holds it, and check the disk',
    });
  return new GatewayError('sink_refused', message, {
    hint: 'check path: the file must be one of ours, or none, in a folder that the gateway may write to',
  });
}
