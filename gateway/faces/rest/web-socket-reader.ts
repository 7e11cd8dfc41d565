import type { WebSocket } from 'ws';
import type { LiveReader } from './live-streams.ts';
import { socketClosing } from './socket-closing.ts';

/** For browsers, whose scripts do not see pings. */
const heartbeat = '{"type":"heartbeat"}';

/** Reads the live feed as one text message an event, the event itself as JSON; says `heartbeat` at each beat. */
export function webSocketReader(socket: WebSocket): LiveReader {
  let isAlive = true;
  socket.on('pong', () => (isAlive = true));
  return {
    get unsentBytes() {
      return socket.bufferedAmount;
    },
    tell: (events) => {
      for (const { json } of events) socket.send(json);
    },
    beat: () => {
      if (!isAlive) {
        socket.terminate();
        return;
      }
      isAlive = false;
      socket.send(heartbeat);
      socket.ping();
    },
    end: (why) => {
      const [code, reason] = why === 'stopping' ? socketClosing.stopping : socketClosing.notAllowed;
      socket.close(code, reason);
    },
    drop: () => socket.terminate(),
    onGone: (listener) => void socket.once('close', listener),
  };
}
