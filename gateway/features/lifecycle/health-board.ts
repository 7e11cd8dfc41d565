import type { Clock } from '../../core/clock.ts';
import type { HealthLine, HealthStatus } from './gateway-commands.ts';

/** Something that is not as it should be, without the time since when. */
export type HealthNote = Omit<HealthLine, 'sinceMs'>;

/** Looks at one part of the gateway; empty when all is well there. Must not wait. */
export type HealthSource = () => readonly HealthNote[];

const severity = { ok: 0, degraded: 1, failing: 2 } as const satisfies Record<HealthStatus, number>;

/** All that is not as it should be, and since when. */
export class HealthBoard {
  readonly #clock: Clock;
  readonly #sources: readonly HealthSource[];
  readonly #since = new Map<string, number>();

  constructor(clock: Clock, sources: readonly HealthSource[]) {
    this.#clock = clock;
    this.#sources = sources;
  }

  /** Worst first. A line that goes away and comes back is new. */
  lines(): HealthLine[] {
    const notes = this.#sources.flatMap((source) => source());
    const subjects = new Set(notes.map(({ subject }) => subject));
    for (const subject of this.#since.keys()) if (!subjects.has(subject)) this.#since.delete(subject);
    return notes
      .map((note) => ({ ...note, sinceMs: this.#sinceMs(note.subject) }))
      .sort((a, b) => severity[b.status] - severity[a.status]);
  }

  #sinceMs(subject: string): number {
    const knownMs = this.#since.get(subject);
    if (knownMs !== undefined) return knownMs;
    const nowMs = this.#clock.wall();
    this.#since.set(subject, nowMs);
    return nowMs;
  }
}

/** The worst of the lines. */
export function worstStatus(lines: readonly HealthNote[]): HealthStatus {
  let worst: HealthStatus = 'ok';
  for (const { status } of lines) if (severity[status] > severity[worst]) worst = status;
  return worst;
}
