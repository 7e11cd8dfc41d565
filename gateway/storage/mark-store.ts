import type { Connection } from './connection.ts';
import { assertRow, rowCheck } from './row-check.ts';

interface Mark {
  readonly name: string;
  readonly value: number | string;
  readonly crc: number | null;
}

/** Where each consumer of the readings stands: whole numbers, and the zone of the stored days. */
export class MarkStore {
  readonly #select;
  readonly #all;
  readonly #replace;

  constructor(connection: Connection) {
    this.#select = connection.prepare<[string], Mark>('SELECT name, value, crc FROM mark WHERE name = ?');
    this.#all = connection.prepare<[], Mark>('SELECT name, value, crc FROM mark');
    this.#replace = connection.prepare('INSERT OR REPLACE INTO mark (name, value, crc) VALUES (?, ?, ?)');
  }

  /** A mark with a damaged name would count as one that was never set. Errors: `database_unreadable`. */
  assertAll(): void {
    for (const mark of this.#all.all()) assertMark(mark);
  }

  /** 0 when there is none. Errors: `database_unreadable`. */
  number(name: string): number {
    return Number(this.#read(name) ?? 0);
  }

  /** Errors: `database_unreadable`. */
  text(name: string): string | undefined {
    const value = this.#read(name);
    return value === undefined ? undefined : String(value);
  }

  putNumber(name: string, value: number): void {
    this.#replace.run(name, BigInt(value), rowCheck('mark', [name, value]));
  }

  putText(name: string, value: string): void {
    this.#replace.run(name, value, rowCheck('mark', [name, value]));
  }

  #read(name: string): number | string | undefined {
    const mark = this.#select.get(name);
    if (mark !== undefined) assertMark(mark);
    return mark?.value;
  }
}

function assertMark({ name, value, crc }: Mark): void {
  assertRow('mark', [name, value], crc);
}
