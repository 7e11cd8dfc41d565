import type { ServerResponse } from 'node:http';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { LiveEvent, LiveFeed } from '../../core/live-feed.ts';
import { securityHeaders } from './security-headers.ts';

export interface EventStreamsParts {
  readonly feed: LiveFeed;
  /** How things are now, as events: the first that a stream sends. */
  readonly liveSnapshot: () => readonly LiveEvent[];
  readonly alarm: Alarm;
  readonly clock: Clock;
}

/**
 * The live feed as Server-Sent Events: `readings`, `texts`, `device`, `source`, `gateway`, with the event itself as
 * JSON data, and a comment every 5 s so that a reader notices a dead connection. Each event is written down once for
 * all streams. A reader that does not keep up is dropped: it comes again and gets a fresh snapshot.
 */
export interface EventStreams {
  /**
   * Takes over the response and ends it when `isAllowed`, asked at each heartbeat, no longer holds.
   * Errors: `queue_full` when there are as many streams as there can be.
   */
  open(response: ServerResponse, isAllowed: () => boolean): void;
  /** Ends all streams. */
  close(): void;
}

export function createEventStreams({ feed, liveSnapshot, alarm, clock }: EventStreamsParts): EventStreams {
  const streams = new Map<ServerResponse, () => boolean>();
  let unsubscribe: Cancel | undefined;
  let cancelHeartbeat: Cancel | undefined;

  const write = (text: string): void => {
    for (const response of streams.keys()) {
      if (response.writableLength <= limits.eventStreamBytesMax) response.write(text);
      else drop(response);
    }
  };
  const beat = (): void => {
    for (const [response, isAllowed] of streams) if (!isAllowed()) end(response);
    write(': heartbeat\n\n');
    if (streams.size > 0) scheduleBeat();
  };
  const scheduleBeat = (): void => {
    cancelHeartbeat = alarm.at(monotonicMs(clock.monotonic() + limits.eventHeartbeatMs), beat);
  };
  const start = (): void => {
    unsubscribe = feed.subscribe((event) => write(eventText(event)));
    scheduleBeat();
  };
  const remove = (response: ServerResponse): void => {
    if (!streams.delete(response) || streams.size > 0) return;
    unsubscribe?.();
    cancelHeartbeat?.();
  };

  const drop = (response: ServerResponse): void => {
    response.destroy();
    remove(response);
  };
  const end = (response: ServerResponse): void => {
    response.end();
    remove(response);
  };

  return {
    open: (response, isAllowed) => {
      if (streams.size >= limits.eventStreamsMax) {
        throw new GatewayError(
          'queue_full',
          `there are ${streams.size} event streams, which is the most there can be`,
          {
            hint: 'close one that is no longer watched',
          },
        );
      }
      if (streams.size === 0) start();
      streams.set(response, isAllowed);
      response.once('close', () => remove(response));
      response.writeHead(200, {
        ...securityHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        connection: 'close',
      });
      response.write(liveSnapshot().map(eventText).join('') || ': nothing yet\n\n');
    },
    close: () => {
      for (const response of streams.keys()) end(response);
    },
  };
}

function eventText(event: LiveEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
