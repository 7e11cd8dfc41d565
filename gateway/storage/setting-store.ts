import type { Connection } from './connection.ts';
import { assertRow, rowCheck } from './row-check.ts';

interface Setting {
  readonly value: string;
  readonly crc: number | null;
}

/** Settings that people change while the gateway runs: text by name. */
export class SettingStore {
  readonly #select;
  readonly #replace;

  constructor(connection: Connection) {
    this.#select = connection.prepare<[string], Setting>('SELECT value, crc FROM setting WHERE name = ?');
    this.#replace = connection.prepare('INSERT OR REPLACE INTO setting (name, value, crc) VALUES (?, ?, ?)');
  }

  /** Errors: `database_unreadable`. */
  get(name: string): string | undefined {
    const setting = this.#select.get(name);
    if (setting !== undefined) assertRow('setting', [name, setting.value], setting.crc);
    return setting?.value;
  }

  put(name: string, value: string): void {
    this.#replace.run(name, value, rowCheck('setting', [name, value]));
  }
}
