import type { Connection } from './connection.ts';

/** Where each consumer of the readings stands: whole numbers, and the zone of the stored days. */
export class MarkStore {
  readonly #select;
  readonly #replace;

  constructor(connection: Connection) {
    this.#select = connection
      .prepare<[string], number | string>('SELECT value FROM mark WHERE name = ?')
      .pluck();
    this.#replace = connection.prepare('INSERT OR REPLACE INTO mark (name, value) VALUES (?, ?)');
  }

  number(name: string): number {
    return Number(this.#select.get(name) ?? 0);
  }

  text(name: string): string | undefined {
    const value = this.#select.get(name);
    return value === undefined ? undefined : String(value);
  }

  putNumber(name: string, value: number): void {
    this.#replace.run(name, BigInt(value));
  }

  putText(name: string, value: string): void {
    this.#replace.run(name, value);
  }
}
