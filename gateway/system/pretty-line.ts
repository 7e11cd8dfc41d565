/** Facts that have a place of their own in the line, or that people do not need. */
const placed: ReadonlySet<string> = new Set(['level', 'time', 'msg']);

/** Control characters, which could move the cursor or forge a line. */

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** A line of JSON as one short line for people: `12:30:00 warn  device down  device=inverter-1`. */
export function prettyLine(json: string): string {
  const line = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const time = new Date(String(line['time'])).toTimeString().slice(0, 8);
  const facts = Object.entries(line)
    .filter(([key, value]) => !placed.has(key) && value !== undefined)
    .map(([key, value]) => `${key}=${showFact(value)}`);
  const text = [time, String(line['level']).padEnd(5), String(line['msg']), ...facts].join(' ');
  return `${text.replaceAll(controls, ' ')}\n`;
}

function showFact(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
