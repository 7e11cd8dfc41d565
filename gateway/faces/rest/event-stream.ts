import type { ServerResponse } from 'node:http';
import type { LiveReader, WrittenEvent } from './live-streams.ts';
import { securityHeaders } from './security-headers.ts';

/**
 * Takes over the response, and reads the live feed as Server-Sent Events: the event's type, the event itself as JSON
 * data, and a comment for each beat.
 */
export function eventStreamOver(response: ServerResponse): LiveReader {
  response.writeHead(200, {
    ...securityHeaders,
    'content-type': 'text/event-stream; charset=utf-8',
    connection: 'close',
  });
  return {
    get unsentBytes() {
      return response.writableLength;
    },
    tell: (events) => void response.write(events.map(eventText).join('') || ': nothing yet\n\n'),
    beat: () => void response.write(': heartbeat\n\n'),
    end: () => void response.end(),
    drop: () => void response.destroy(),
    onGone: (listener) => void response.once('close', listener),
  };
}

function eventText({ type, json }: WrittenEvent): string {
  return `event: ${type}\ndata: ${json}\n\n`;
}
