import type { Log } from './log.ts';

/** As pino has them, so that both processes' lines can be read by the same programs. */
const levels = { info: 30, warn: 40, error: 50 } as const;

/** A JSON object a line. What was said last is not said again, so that what stays as it is is told once. */
export function lineLog(write: (line: string) => void, wallMs: () => number): Log {
  let last = '';
  return {
    say: (level, message) => {
      if (message === last) return;
      last = message;
      write(`${JSON.stringify({ level: levels[level], time: wallMs(), name: 'egw-ble', msg: message })}\n`);
    },
  };
}
