import { monotonicMs, type Alarm, type Cancel, type Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { LiveEvent, LiveFeed } from '../../core/live-feed.ts';

export interface LiveStreamsParts {
  readonly feed: LiveFeed;
  /** How things are now, as events: the first that a stream sends. */
  readonly liveSnapshot: () => readonly LiveEvent[];
  readonly alarm: Alarm;
  readonly clock: Clock;
}

export interface WrittenEvent {
  readonly type: LiveEvent['type'];
  /** The event itself. */
  readonly json: string;
}

/** Why a stream ends: who reads it may no longer, or the gateway stops. */
export type StreamEnd = 'not_allowed' | 'stopping';

/** One reader of the live feed, in whatever form it reads. None of this throws. */
export interface LiveReader {
  /** What it was told and has not left yet. */
  readonly unsentBytes: number;
  tell(events: readonly WrittenEvent[]): void;
  /** Shows a reader on the other side that the connection lives. */
  beat(): void;
  end(why: StreamEnd): void;
  /** At once, without a word. */
  drop(): void;
  onGone(listener: () => void): void;
}

/**
 * The live feed for its readers: first how things are, then `readings`, `texts`, `device`, `source` and `gateway` as
 * they happen, and a beat every 5 s. Each event is written down once for all. A reader that does not keep up is
 * dropped: it comes again and gets a fresh snapshot.
 */
export interface LiveStreams {
  /**
   * Makes the reader and serves it until `isAllowed`, asked at each beat, no longer holds.
   * Errors: `queue_full` when there are as many streams as there can be; no reader is made then.
   */
  open(makeReader: () => LiveReader, isAllowed: () => boolean): void;
  /** Ends those at once whose readers may no longer: after a token or a key was removed. */
  recheck(): void;
  /** Ends all streams. */
  close(): void;
}

export function createLiveStreams({ feed, liveSnapshot, alarm, clock }: LiveStreamsParts): LiveStreams {
  const readers = new Map<LiveReader, () => boolean>();
  let unsubscribe: Cancel | undefined;
  let cancelBeat: Cancel | undefined;

  const remove = (reader: LiveReader): void => {
    if (!readers.delete(reader) || readers.size > 0) return;
    unsubscribe?.();
    cancelBeat?.();
  };
  const end = (reader: LiveReader, why: StreamEnd): void => {
    remove(reader);
    reader.end(why);
  };
  const tellAll = (event: LiveEvent): void => {
    const written = [writtenEvent(event)];
    for (const reader of readers.keys()) {
      if (reader.unsentBytes <= limits.eventStreamBytesMax) reader.tell(written);
      else {
        remove(reader);
        reader.drop();
      }
    }
  };
  const recheck = (): void => {
    for (const [reader, isAllowed] of readers) if (!isAllowed()) end(reader, 'not_allowed');
  };
  const beat = (): void => {
    recheck();
    for (const reader of readers.keys()) reader.beat();
    if (readers.size > 0) scheduleBeat();
  };
  const scheduleBeat = (): void => {
    cancelBeat = alarm.at(monotonicMs(clock.monotonic() + limits.eventHeartbeatMs), beat);
  };
  const start = (): void => {
    unsubscribe = feed.subscribe(tellAll);
    scheduleBeat();
  };

  return {
    open: (makeReader, isAllowed) => {
      if (readers.size >= limits.eventStreamsMax) throw noRoom(readers.size);
      const reader = makeReader();
      if (readers.size === 0) start();
      readers.set(reader, isAllowed);
      reader.onGone(() => remove(reader));
      reader.tell(liveSnapshot().map(writtenEvent));
    },
    recheck,
    close: () => {
      for (const reader of readers.keys()) end(reader, 'stopping');
    },
  };
}

function writtenEvent(event: LiveEvent): WrittenEvent {
  return { type: event.type, json: JSON.stringify(event) };
}

function noRoom(streams: number): GatewayError {
  return new GatewayError('queue_full', `there are ${streams} live streams, which is the most there can be`, {
    hint: 'close one that is no longer watched',
  });
}
