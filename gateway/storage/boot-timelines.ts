import type { Connection } from './connection.ts';

/** What the steady times of each start of the program count from. Kept in memory, written once a start. */
export class BootTimelines {
  readonly #update;
  readonly #timelines: Map<number, string>;

  constructor(connection: Connection) {
    this.#update = connection.prepare('UPDATE boot SET timeline = ? WHERE id = ?');
    const rows = connection
      .prepare<[], { id: number; timeline: string }>(
        'SELECT id, timeline FROM boot WHERE timeline IS NOT NULL',
      )
      .all();
    this.#timelines = new Map(rows.map(({ id, timeline }) => [id, timeline]));
  }

  note(boot: number, timeline: string): void {
    if (this.#timelines.get(boot) === timeline) return;
    this.#update.run(timeline, boot);
    this.#timelines.set(boot, timeline);
  }

  of(boot: number): string | undefined {
    return this.#timelines.get(boot);
  }
}
