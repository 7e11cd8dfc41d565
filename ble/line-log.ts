import type { Log } from './log.ts';

/** As pino has them, so that both processes' lines can be read by the same programs. */
const levels = { info: 30, warn: 40, error: 50 } as const;
/** Strangers can make lines come, and logs are kept on cards that wear out. */
const atOnceMax = 60;
const msForLine = 5_000;

/**
 * A JSON object a line. What was said last is not said again, so that what stays as it is is told once; of what comes
 * faster than twelve lines a minute, after the first sixty, is only told how many there were.
 */
export function lineLog(write: (line: string) => void, wallMs: () => number): Log {
  let last = '';
  let [room, roomAtMs, leftOut] = [atOnceMax, wallMs(), 0];
  const put = (level: keyof typeof levels, message: string): void =>
    write(`${JSON.stringify({ level: levels[level], time: wallMs(), name: 'egw-ble', msg: message })}\n`);
  return {
    say: (level, message) => {
      if (message === last) return;
      last = message;
      const nowMs = wallMs();
      room = Math.min(atOnceMax, room + Math.max(0, nowMs - roomAtMs) / msForLine);
      roomAtMs = nowMs;
      if (room < 1) {
        leftOut += 1;
        return;
      }
      room -= 1;
      if (leftOut > 0) put('warn', `${leftOut} lines are left out: there were too many at once`);
      leftOut = 0;
      put(level, message);
    },
  };
}
