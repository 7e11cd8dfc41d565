/** What an import came to, by what it is of. */
export interface TsmTaken {
  readonly added: Readonly<Record<TsmSubject, number>>;
  /** There already, as they are. */
  readonly known: number;
  readonly refused: readonly TsmLeft[];
  /** For people: sentences without a full stop. */
  readonly remarks: readonly string[];
}

export const tsmSubjects = [
  'colours',
  'prices',
  'stretches',
  'members',
  'presences',
  'derogations',
  'statements',
] as const;

export type TsmSubject = (typeof tsmSubjects)[number];

export interface TsmLeft {
  readonly where: string;
  /** A clause. */
  readonly why: string;
}

/** Counts while an import goes on. */
export class TsmTally {
  readonly #added = new Map<TsmSubject, number>();
  readonly #refused: TsmLeft[] = [];
  readonly #remarks: string[] = [];
  #known = 0;

  get taken(): TsmTaken {
    const counts = tsmSubjects.map((subject) => [subject, this.#added.get(subject) ?? 0]);
    return {
      added: Object.fromEntries(counts) as TsmTaken['added'],
      known: this.#known,
      refused: this.#refused,
      remarks: this.#remarks,
    };
  }

  add(subject: TsmSubject, count = 1): void {
    this.#added.set(subject, (this.#added.get(subject) ?? 0) + count);
  }

  know(): void {
    this.#known += 1;
  }

  refuse(where: string, why: string): void {
    this.#refused.push({ where, why });
  }

  remark(text: string): void {
    this.#remarks.push(text);
  }
}
