import { monotonicMs, type Alarm, type Cancel, type Clock, type MonotonicMs } from '../../core/clock.ts';
import { describeError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Logger } from '../../core/logger.ts';
import type { SecurityNote, SecurityNotes } from '../security-events.ts';
import type { StorePort } from '../store-port.ts';

export interface SecurityLogParts {
  readonly store: StorePort<'noteSecurityEvent'>;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
}

/**
 * Security events on their way to the disk. The first is written at once; those that follow are counted and written
 * every ten seconds, so that nobody wears out the card, fills the memory or holds up the database by knocking often.
 */
export interface SecurityLog extends SecurityNotes {
  /** How many there were in the last hour, by the gateway's own word. */
  countOfHour(): number;
  /** Writes what waits, and takes no more. */
  close(): Promise<void>;
}

interface Pending extends SecurityNote {
  readonly atMs: number;
  count: number;
}

/** In place of origins that are too many to tell apart; kinds are few. */
const many = 'many';
const minuteMs = 60_000;
const hourMs = 3_600_000;
/** What somebody does who has no credentials yet, and who just needs another step. */
const harmless: ReadonlySet<string> = new Set(['credential.missing', 'signature.challenge_required']);

/** Nothing is kept before the first event. */
export function createSecurityLog({ store, clock, alarm, logger }: SecurityLogParts): SecurityLog {
  const pending = new Map<string, Pending>();
  const byMinute = new Map<number, number>();
  let cancelWrite: Cancel | undefined;
  let nextWriteMs: MonotonicMs = monotonicMs(-Infinity);
  let writing: Promise<void> = Promise.resolve();
  let isClosed = false;

  const write = async (): Promise<void> => {
    const events = [...pending.values()];
    pending.clear();
    for (const event of events) {
      try {
        await store.call('noteSecurityEvent', event);
      } catch (error) {
        logger.error({ ...event, reason: describeError(error) }, 'security event not stored');
      }
    }
  };
  const writeSoon = (): void => {
    if (cancelWrite !== undefined || isClosed) return;
    cancelWrite = alarm.at(monotonicMs(Math.max(nextWriteMs, clock.monotonic())), () => {
      cancelWrite = undefined;
      nextWriteMs = monotonicMs(clock.monotonic() + limits.securityWriteIntervalMs);
      writing = writing.then(write);
    });
  };
  const keep = (note: SecurityNote): void => {
    const key = JSON.stringify([note.kind, note.origin, note.detail]);
    const known = pending.get(key);
    if (known !== undefined) known.count += 1;
    else if (pending.size < limits.securityEventsPending || note.origin === many) {
      pending.set(key, { ...note, atMs: clock.wall(), count: 1 });
    } else keep({ kind: note.kind, origin: many, detail: '' });
  };
  const countMinute = (): void => {
    const minute = Math.floor(clock.monotonic() / minuteMs);
    byMinute.set(minute, (byMinute.get(minute) ?? 0) + 1);
    for (const old of byMinute.keys()) if (old <= minute - hourMs / minuteMs) byMinute.delete(old);
  };

  return {
    note: (note) => {
      if (isClosed) return;
      keep(note);
      if (!harmless.has(note.kind)) countMinute();
      logger.debug({ ...note }, 'security event');
      writeSoon();
    },
    countOfHour: () => {
      const since = Math.floor(clock.monotonic() / minuteMs) - hourMs / minuteMs;
      let count = 0;
      for (const [minute, ofMinute] of byMinute) if (minute > since) count += ofMinute;
      return count;
    },
    close: async () => {
      isClosed = true;
      cancelWrite?.();
      writing = writing.then(write);
      await writing;
    },
  };
}
