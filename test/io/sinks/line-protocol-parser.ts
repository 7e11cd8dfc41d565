/** A point as a server understands it. */
export interface ParsedPoint {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Numbers are floats, texts are strings; nothing else is written. */
  readonly fields: Readonly<Record<string, number | string>>;
  readonly time: number;
}

/**
 * A parser of the line protocol after its reference (docs.influxdata.com, "Line protocol"), written for this test:
 * a character at a time. Throws where the server would refuse the line.
 */
export function parseLines(text: string): readonly ParsedPoint[] {
  const points: ParsedPoint[] = [];
  let at = 0;
  while (at < text.length) {
    const [point, next] = parseLine(text, at);
    points.push(point);
    at = next;
  }
  return points;
}

function parseLine(text: string, start: number): [ParsedPoint, number] {
  if (text[start] === '#') throw new Error('a comment');
  const [measurement, afterName] = readName(text, start, ', ');
  let at = afterName;
  const tags: Record<string, string> = {};
  while (text[at] === ',') {
    const [key, afterKey] = readName(text, at + 1, ',= ');
    if (text[afterKey] !== '=') throw new Error(`no = after the tag ${key}`);
    const [value, afterValue] = readName(text, afterKey + 1, ',= ');
    if (key === '' || value === '') throw new Error('an empty tag');
    tags[key] = value;
    at = afterValue;
  }
  if (measurement === '' || text[at] !== ' ') throw new Error(`no fields at ${at} of ${text}`);
  const fields: Record<string, number | string> = {};
  do {
    const [key, afterKey] = readName(text, at + 1, ',= ');
    if (text[afterKey] !== '=' || key === '') throw new Error(`no = after the field ${key}`);
    const [value, afterValue] = readValue(text, afterKey + 1);
    fields[key] = value;
    at = afterValue;
  } while (text[at] === ',');
  const time = /^ (-?\d+)(\n|$)/.exec(text.slice(at, at + 40));
  if (time === null) throw new Error(`no time at ${at} of ${text}`);
  return [{ measurement, tags, fields, time: Number(time[1]) }, at + time[0].length];
}

/** A backslash hides the delimiter after it; before anything else, versions of the server differ. */
function readName(text: string, start: number, delimiters: string): [string, number] {
  let name = '';
  for (let at = start; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (delimiters.includes(char)) return [name, at];
    if (char === '\n') throw new Error('a line break in a name');
    if (char !== '\\') {
      name += char;
      continue;
    }
    at += 1;
    if (!delimiters.includes(text[at] ?? '\n'))
      throw new Error(`a backslash before ${text[at] ?? 'the end'}`);
    name += text[at] ?? '';
  }
  return [name, text.length];
}

function readValue(text: string, start: number): [number | string, number] {
  if (text[start] !== '"') {
    const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?(?=[, ])/.exec(text.slice(start, start + 60))?.[0];
    if (number === undefined) throw new Error(`no float at ${start} of ${text}`);
    return [Number(number), start + number.length];
  }
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '"') return [value, at + 1];
    if (text[at] === '\\') at += 1;
    value += text[at] ?? '';
  }
  throw new Error('a string without end');
}
