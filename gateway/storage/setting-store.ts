import type { Connection } from './connection.ts';

/** Settings that people change while the gateway runs: text by name. */
export class SettingStore {
  readonly #select;
  readonly #replace;

  constructor(connection: Connection) {
    this.#select = connection.prepare<[string], string>('SELECT value FROM setting WHERE name = ?').pluck();
    this.#replace = connection.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)');
  }

  get(name: string): string | undefined {
    return this.#select.get(name);
  }

  put(name: string, value: string): void {
    this.#replace.run(name, value);
  }
}
