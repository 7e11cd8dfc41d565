import type { Clock } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';

export type NotificationType = 'error' | 'warning' | 'info';

/** A message for people: it stays until somebody has read it, also when what it tells of is over. */
export interface Notification {
  /** Ascending from 1 at each start. */
  readonly id: number;
  readonly type: NotificationType;
  readonly message: string;
  readonly hint: string | null;
  /** What it is about, as in the health lines. */
  readonly subject: string;
  /** When it was last so. */
  readonly atMs: number;
  /** Whether it is so still. */
  readonly holds: boolean;
}

/** A line of the gateway's health. */
export interface NoticedLine {
  readonly subject: string;
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly message: string;
  readonly hint: string | null;
}

const typeOf = { ok: 'info', degraded: 'warning', failing: 'error' } as const;

/**
 * The latest messages, `limits.notificationsMax` at most; the oldest gives way. In memory: what still holds is told again
 * after a restart. One that was removed comes again only when what it tells of was over, and comes again.
 */
export class Notifications {
  readonly #clock: Clock;
  /** By subject, the latest last. */
  readonly #bySubject = new Map<string, Notification>();
  /** Subjects whose message was removed while it held. */
  readonly #dismissed = new Set<string>();
  #nextId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** All that holds now. */
  notice(lines: readonly NoticedLine[]): void {
    const subjects = new Set(lines.map(({ subject }) => subject));
    for (const subject of this.#dismissed) if (!subjects.has(subject)) this.#dismissed.delete(subject);
    for (const [subject, known] of this.#bySubject)
      if (known.holds && !subjects.has(subject)) this.#bySubject.set(subject, { ...known, holds: false });
    for (const line of lines) if (!this.#dismissed.has(line.subject)) this.#take(line);
    while (this.#bySubject.size > limits.notificationsMax) this.#dropOldest();
  }

  /** Oldest first. */
  list(): readonly Notification[] {
    return [...this.#bySubject.values()];
  }

  /** Whether there was one of that id. */
  remove(id: number): boolean {
    const found = this.list().find((notification) => notification.id === id);
    if (found === undefined) return false;
    this.#bySubject.delete(found.subject);
    if (found.holds) this.#dismissed.add(found.subject);
    return true;
  }

  /** What holds on stays in its place, with its latest words; what is new, or came again, goes last. */
  #take({ subject, status, message, hint }: NoticedLine): void {
    const known = this.#bySubject.get(subject);
    const said = { subject, message, hint, type: typeOf[status], atMs: this.#clock.wall(), holds: true };
    if (known?.holds !== true) this.#bySubject.delete(subject);
    this.#bySubject.set(subject, { id: known?.id ?? this.#nextId, ...said });
    if (known === undefined) this.#nextId += 1;
  }

  /** It must not come again by itself at the next look. */
  #dropOldest(): void {
    const [oldest] = this.#bySubject.values();
    if (oldest !== undefined) this.remove(oldest.id);
  }
}
